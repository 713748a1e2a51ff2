import 'reflect-metadata';
import { runProgram, stopOnSignals } from '@a3cp/service/program';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { readConfig } from './config.js';

await runProgram('SessionManager', async (log) => {
  const config = readConfig();
  const app = await NestFactory.create(AppModule.with(config), { logger: log });
  stopOnSignals(app);
  await app.listen(config.port, config.host);
  log.log(`Listening on ${await app.getUrl()}`, 'SessionManager');
});
