import { SystemClock } from '@a3cp/capture-domain';
import { type ExtractorStream, LandmarkExtractor, serveDirectStream } from '@a3cp/landmark-forwarders';
import { NatsExtractorWorker } from '@a3cp/landmark-forwarders/nats';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { Meter, reportTo } from './measured-server.js';

const counted = { frames: 0 };

/** Takes every frame and forgets it. */
class ForgettingExtractor extends LandmarkExtractor {
  async open(): Promise<ExtractorStream> {
    return {
      frame: async () => {
        counted.frames += 1;
      },
      end: () => Promise.resolve(),
      lost: () => undefined,
    };
  }
}

/** Argument: the NATS server it joins, or nothing to take captures over the direct transport. */
const [, , nats_url = ''] = process.argv;

const extractor = new ForgettingExtractor();
const clock = new SystemClock();
if (!nats_url) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('connection', (socket) => void serveDirectStream(socket, extractor, clock));
  server.on('listening', () => reportTo(process, (server.address() as AddressInfo).port, new Meter(counted)));
} else {
  const worker = new NatsExtractorWorker(nats_url, extractor, clock);
  await worker.onApplicationBootstrap();
  reportTo(process, Number(new URL(nats_url).port), new Meter(counted));
}
