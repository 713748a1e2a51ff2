import 'reflect-metadata';
import { runProgram, stopOnSignals } from '@a3cp/service/program';
import type { INestApplication, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import cluster from 'node:cluster';
import { AppModule } from './app.module.js';
import { type CameraFeedConfig, readConfig } from './config.js';
import { openFilesLimit, withinOpenFiles } from './open-files.js';
import { Primary } from './workers/primary.js';
import { WorkerPool } from './workers/worker-pool.js';

async function gateway(config: CameraFeedConfig, log: LoggerService, primary?: Primary): Promise<INestApplication> {
  const app = await NestFactory.create(AppModule.with(config, primary), { logger: log });
  return app.useWebSocketAdapter(new WsAdapter(app));
}

async function runAlone(config: CameraFeedConfig, log: LoggerService): Promise<void> {
  const app = await gateway(config, log);
  stopOnSignals(app);
  await app.listen(config.port, config.host);
  log.log(`Listening on ${await app.getUrl()}`, 'CameraFeed');
}

async function runWorkers(config: CameraFeedConfig, log: LoggerService): Promise<void> {
  if ('permission' in process && !process.permission.has('child')) {
    throw new Error('WORKERS must be 1 for a sealed gateway, which cannot start programs');
  }
  const pool = new WorkerPool(config.workers, config.limits);
  stopOnSignals(pool);
  const port = await pool.start();
  if (config.ticket_key !== null && config.forwarder.transport === 'direct') {
    log.warn('Another gateway accepts a ticket that was used here: NATS_URL is not set', 'CameraFeed');
  }
  log.log(`Listening on http://${config.host}:${port} with ${config.workers} workers`, 'CameraFeed');
}

async function runAsWorker(config: CameraFeedConfig, log: LoggerService, primary: Primary): Promise<void> {
  // the primary says when to stop; a terminal tells its whole group
  process.on('SIGTERM', () => undefined).on('SIGINT', () => undefined);
  const app = await gateway(config, log, primary);
  primary.told_to_stop
    .then(() => app.close())
    .then(
      () => process.exit(0),
      () => process.exit(1),
    );
  await app.listen(config.port, config.host);
}

/** The configuration, with no more connections than this process can have. */
function configured(log: LoggerService): CameraFeedConfig {
  const config = readConfig();
  const limits = withinOpenFiles(config.limits, openFilesLimit());
  if (limits !== config.limits && cluster.isPrimary) {
    const { max_connections } = limits;
    log.warn(`The limit of open files (ulimit -n) is low: MAX_CONNECTIONS is now ${max_connections}`, 'CameraFeed');
  }
  return { ...config, limits };
}

await runProgram('CameraFeed', async (log) => {
  const config = configured(log);
  if (cluster.worker) await runAsWorker(config, log, new Primary(cluster.worker));
  else if (config.workers > 1) await runWorkers(config, log);
  else await runAlone(config, log);
});
