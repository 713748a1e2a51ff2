import 'reflect-metadata';
import { stopOnSignals } from '@a3cp/health';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { readConfig } from './config.js';

try {
  const config = readConfig();
  const app = await NestFactory.create(AppModule.with(config));
  stopOnSignals(app);
  await app.listen(config.port, config.host);
  new Logger('SessionManager').log(`Listening on ${await app.getUrl()}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
