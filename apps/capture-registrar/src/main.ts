import 'reflect-metadata';
import { programLog, stopOnSignals } from '@a3cp/health';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { logsAsJson, readConfig } from './config.js';

const log = programLog(logsAsJson());
try {
  const config = readConfig();
  const app = await NestFactory.create(AppModule.with(config), { logger: log });
  stopOnSignals(app);
  await app.listen(config.port, config.host);
  log.log(`Listening on ${await app.getUrl()}`, 'CaptureRegistrar');
} catch (error) {
  log.fatal(error instanceof Error ? error.message : error, 'CaptureRegistrar');
  process.exit(1);
}
