import 'reflect-metadata';
import { runProgram, stopOnSignals } from '@a3cp/service/program';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { setFlagsFromString } from 'node:v8';
import { AppModule } from './app.module.js';
import { readConfig } from './config.js';
import { openJpegOnly } from './picture-decoder.js';

/**
 * Percent by which V8 lets the heap grow before it collects it. By default 400 readers of results leave 60 MB of dead requests
 * there; with this 15 MB.
 */
const HEAP_GROWTH_PERCENT = 50;

setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);

await runProgram('LandmarkExtractor', async (log) => {
  const config = readConfig();
  openJpegOnly();
  const app = await NestFactory.create(AppModule.with(config), { logger: log });
  app.useWebSocketAdapter(new WsAdapter(app));
  stopOnSignals(app);
  await app.listen(config.port, config.host);
  log.log(`Listening on ${await app.getUrl()}`, 'LandmarkExtractor');
});
