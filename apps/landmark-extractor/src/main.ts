import 'reflect-metadata';
import { programLog, stopOnSignals } from '@a3cp/health';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { AppModule } from './app.module.js';
import { logsAsJson, readConfig } from './config.js';
import { openJpegOnly } from './picture-decoder.js';

const log = programLog(logsAsJson());
try {
  const config = readConfig();
  openJpegOnly();
  const app = await NestFactory.create(AppModule.with(config), { logger: log });
  app.useWebSocketAdapter(new WsAdapter(app));
  stopOnSignals(app);
  await app.listen(config.port, config.host);
  log.log(`Listening on ${await app.getUrl()}`, 'LandmarkExtractor');
} catch (error) {
  log.fatal(error instanceof Error ? error.message : error, 'LandmarkExtractor');
  process.exit(1);
}
