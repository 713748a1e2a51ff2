import 'reflect-metadata';
import { programLog, stopOnSignals } from '@a3cp/health';
import { type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import cluster from 'node:cluster';
import { AppModule } from './app.module.js';
import { type CameraFeedConfig, logsAsJson, readConfig } from './config.js';
import { openFilesLimit, withinOpenFiles } from './open-files.js';
import { Primary } from './workers/primary.js';
import { WorkerPool } from './workers/worker-pool.js';

const log = programLog(logsAsJson());

async function gateway(config: CameraFeedConfig, primary?: Primary): Promise<INestApplication> {
  const app = await NestFactory.create(AppModule.with(config, primary), { logger: log });
  return app.useWebSocketAdapter(new WsAdapter(app));
}

async function runAlone(config: CameraFeedConfig): Promise<void> {
  const app = await gateway(config);
  stopOnSignals(app);
  await app.listen(config.port, config.host);
  log.log(`Listening on ${await app.getUrl()}`, 'CameraFeed');
}

async function runWorkers(config: CameraFeedConfig): Promise<void> {
  if ('permission' in process && !process.permission.has('child')) {
    throw new Error('WORKERS must be 1 where the gateway is sealed, since it may start no program');
  }
  const pool = new WorkerPool(config.workers, config.limits);
  stopOnSignals(pool);
  const port = await pool.start();
  if (config.ticket_key !== null && config.forwarder.transport === 'direct') {
    log.warn('Another gateway accepts a ticket that was used here: NATS_URL is not set', 'CameraFeed');
  }
  log.log(`Listening on http://${config.host}:${port} with ${config.workers} workers`, 'CameraFeed');
}

async function runAsWorker(config: CameraFeedConfig, primary: Primary): Promise<void> {
  // the primary says when to stop; a terminal tells its whole group
  process.on('SIGTERM', () => undefined).on('SIGINT', () => undefined);
  const app = await gateway(config, primary);
  primary.told_to_stop
    .then(() => app.close())
    .then(
      () => process.exit(0),
      () => process.exit(1),
    );
  await app.listen(config.port, config.host);
}

/** The configuration, with no more connections than this process can have. */
function configured(): CameraFeedConfig {
  const config = readConfig();
  const limits = withinOpenFiles(config.limits, openFilesLimit());
  if (limits !== config.limits && cluster.isPrimary) {
    const { max_connections } = limits;
    log.warn(`The limit of open files (ulimit -n) is low: MAX_CONNECTIONS is now ${max_connections}`, 'CameraFeed');
  }
  return { ...config, limits };
}

try {
  const config = configured();
  if (cluster.worker) await runAsWorker(config, new Primary(cluster.worker));
  else if (config.workers > 1) await runWorkers(config);
  else await runAlone(config);
} catch (error) {
  log.fatal(error instanceof Error ? error.message : error, 'CameraFeed');
  process.exit(1);
}
