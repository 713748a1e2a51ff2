import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { Meter, reportTo } from './measured-server.js';

// The least a server of this protocol can do: parse each text, hold each frame against its meta, acknowledge it to who
// asked for that, answer the close.
const counted = { frames: 0 };
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 300_000, perMessageDeflate: false });
server.on('connection', (socket) => {
  let announced = { byte_length: 0, seq: 0 };
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      if (data.length !== announced.byte_length) socket.close(1008);
      counted.frames += 1;
      if (socket.protocol) socket.send(JSON.stringify({ event: 'capture.ack', seq: announced.seq }));
      return;
    }
    const message = JSON.parse(data.toString()) as { event: string; byte_length: number; seq: number };
    if (message.event === 'capture.frame_meta') announced = message;
    else if (message.event === 'capture.close') socket.close(1000);
  });
});
server.on('listening', () => reportTo(process, (server.address() as AddressInfo).port, new Meter(counted)));
