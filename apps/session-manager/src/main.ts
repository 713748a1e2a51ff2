import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { readConfig } from './config.js';

try {
  const { host, port } = readConfig();
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks();
  await app.listen(port, host);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
