import 'reflect-metadata';
import { runProgram, stopOnSignals } from '@a3cp/service/program';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { AppModule } from './app.module.js';
import { readConfig } from './config.js';
import { openJpegOnly } from './picture-decoder.js';

await runProgram('LandmarkExtractor', async (log) => {
  const config = readConfig();
  openJpegOnly();
  const app = await NestFactory.create(AppModule.with(config), { logger: log });
  app.useWebSocketAdapter(new WsAdapter(app));
  stopOnSignals(app);
  await app.listen(config.port, config.host);
  log.log(`Listening on ${await app.getUrl()}`, 'LandmarkExtractor');
});
