import { SystemClock } from '@a3cp/capture-domain';
import {
  DirectLandmarkForwarder,
  InProcessLandmarkForwarder,
  type LandmarkExtractor,
  serveDirectStream,
} from '@a3cp/landmark-forwarders';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { describeForgottenFrames, type Transport } from './support/forgotten-frames.js';

async function inProcess(extractor: LandmarkExtractor): Promise<Transport> {
  const nothing = async (): Promise<void> => undefined;
  return { forwarder: new InProcessLandmarkForwarder(extractor), cutOff: nothing, stop: nothing };
}

async function direct(extractor: LandmarkExtractor): Promise<Transport> {
  const streams = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  streams.on('connection', (socket) => {
    // a stream that a test breaks
    serveDirectStream(socket, extractor, new SystemClock()).catch(() => undefined);
  });
  await once(streams, 'listening');
  const cutOff = async (): Promise<void> => {
    for (const socket of streams.clients) socket.terminate();
  };
  const stop = async (): Promise<void> => {
    await cutOff();
    streams.close();
  };
  const url = `ws://127.0.0.1:${(streams.address() as AddressInfo).port}`;
  return { forwarder: new DirectLandmarkForwarder(url), cutOff, stop };
}

describeForgottenFrames('in-process', inProcess);
describeForgottenFrames('direct', direct);
