import { SystemClock } from '@a3cp/capture-domain';
import type { LandmarkExtractor } from '@a3cp/landmark-forwarders';
import { NatsExtractorWorker, NatsLandmarkForwarder } from '@a3cp/landmark-forwarders/nats';
import { describeForgottenFrames, type Transport } from './support/forgotten-frames.js';
import { NatsServer } from './support/nats-server.js';

async function nats(extractor: LandmarkExtractor): Promise<Transport> {
  const server = await NatsServer.start();
  const worker = new NatsExtractorWorker(server.url('landmark-extractor-0'), extractor, new SystemClock());
  await worker.onApplicationBootstrap();
  const stop = async (): Promise<void> => {
    worker.onModuleDestroy();
    await worker.beforeApplicationShutdown();
    await server.stop();
  };
  return { forwarder: new NatsLandmarkForwarder(server.url('camera-feed-0')), cutOff: () => server.kill(), stop };
}

describeForgottenFrames('NATS', nats);
