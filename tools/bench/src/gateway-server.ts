import 'reflect-metadata';
import { CameraFeedModule } from '@a3cp/camera-feed';
import {
  type CaptureLimits,
  captureLimits,
  CaptureService,
  LandmarkForwarder,
  type LandmarkStream,
  SessionValidator,
} from '@a3cp/capture-domain';
import { DirectLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { NatsLandmarkForwarder } from '@a3cp/landmark-forwarders/nats';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import cluster from 'node:cluster';
import type { AddressInfo, Server } from 'node:net';
// workers belong to the service, which is not a package; the bench measures the same code
import { Primary } from '../../../apps/camera-feed/dist/service/workers/primary.js';
import { WorkerPool } from '../../../apps/camera-feed/dist/service/workers/worker-pool.js';
import { AcknowledgedFrames } from './acknowledged-frames.js';
import { Meter, reportForWorkers, reportTo, reportToPrimary } from './measured-server.js';

/** Arguments: the extractor's URL, or nothing to forget every frame in this process; then how many workers, 0 for none. */
const [, , extractor_url = '', workers = '0'] = process.argv;

/** Takes every frame in this process and forgets it. */
class ForgettingForwarder extends LandmarkForwarder {
  async open(): Promise<LandmarkStream> {
    return {
      forward: () => Promise.resolve(),
      end: () => Promise.resolve(),
      failed: new Promise(() => undefined),
    };
  }
}

function transport(): LandmarkForwarder {
  if (extractor_url.startsWith('nats:')) return new NatsLandmarkForwarder(extractor_url);
  return extractor_url ? new DirectLandmarkForwarder(extractor_url) : new ForgettingForwarder();
}

class EveryoneIsWelcome extends SessionValidator {
  validate(): Promise<'active'> {
    return Promise.resolve('active');
  }
}

// a load as fast as it can go is ahead of any camera and comes from one address, and idle connections stay
const overrides: Partial<CaptureLimits> = {
  fps_burst_frames: 225,
  max_opens_per_address_per_minute: 1_000_000,
  max_connections_per_address: 2_000,
  open_timeout_ms: 60_000,
  ack_interval_ms: 1,
};

async function listen(primary?: Primary): Promise<{ readonly port: number; readonly meter: Meter }> {
  const app = await NestFactory.create(
    CameraFeedModule.forRoot({
      landmarkForwarder: transport,
      sessionValidator: new EveryoneIsWelcome(),
      ...(primary && { captureClaims: primary }),
      limits: overrides,
    }),
    { logger: false },
  );
  app.useWebSocketAdapter(new WsAdapter(app));
  const meter = new Meter(new AcknowledgedFrames(app.get(CaptureService)));
  await app.listen(0, '127.0.0.1');
  return { port: ((app.getHttpServer() as Server).address() as AddressInfo).port, meter };
}

if (cluster.worker) {
  const primary = new Primary(cluster.worker);
  void primary.told_to_stop.then(() => process.exit());
  reportToPrimary(process, (await listen(primary)).meter);
} else if (workers === '0') {
  const { port, meter } = await listen();
  reportTo(process, port, meter);
} else {
  const pool = new WorkerPool(Number(workers), captureLimits(overrides));
  const port = await pool.start();
  process.on('disconnect', () => void pool.close().finally(() => process.exit()));
  reportForWorkers(
    process,
    port,
    Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined),
  );
}
