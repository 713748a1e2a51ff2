import { SystemClock } from '@a3cp/capture-domain';
import { type ExtractorStream, LandmarkExtractor, serveDirectStream } from '@a3cp/landmark-forwarders';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { reportTo } from './measured-server.js';

let frames = 0;

/** Takes every frame and forgets it. */
class ForgettingExtractor extends LandmarkExtractor {
  async open(): Promise<ExtractorStream> {
    return {
      frame: async () => {
        frames += 1;
      },
      end: () => Promise.resolve(),
      lost: () => undefined,
    };
  }
}

const extractor = new ForgettingExtractor();
const clock = new SystemClock();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => void serveDirectStream(socket, extractor, clock));
server.on('listening', () => reportTo(process, (server.address() as AddressInfo).port, () => frames));
