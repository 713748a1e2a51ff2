// Clients of one session that make one capture after the other as fast as they can, each with the same frames, until this
// process ends; it is one of its own, so that honest clients are held up by servers only. Tells how each capture ended.
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { WebSocket } from 'ws';

const START = Date.UTC(2026, 0, 1);
const at = (ms) => new Date(START + ms).toISOString();

function capture({ url, user_id, session_id, frames }) {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const capture_id = randomUUID();
  const say = (fields) =>
    socket.send(
      JSON.stringify({
        schema_version: '1.0.1',
        record_id: randomUUID(),
        timestamp: at(0),
        user_id,
        session_id,
        capture_id,
        ...fields,
      }),
    );
  socket.on('error', () => undefined);
  socket.on('open', () => {
    const picture = { fps_target: 15, width: 640, height: 480, encoding: 'jpeg' };
    say({ event: 'capture.open', timestamp_start: at(0), ...picture });
    for (const [index, frame] of frames.entries()) {
      const timestamp_frame = at(index * 60);
      say({ event: 'capture.frame_meta', seq: index + 1, timestamp_frame, byte_length: frame.length });
      socket.send(frame);
    }
    say({ event: 'capture.close', timestamp_end: at(frames.length * 60) });
  });
  return new Promise((resolve) => socket.on('close', (_code, reason) => resolve(String(reason).split(':')[0])));
}

process.on('message', ({ loops, frames, ...order }) => {
  const bytes = frames.map((frame) => Buffer.from(frame, 'base64'));
  for (let n = 0; n < loops; n++) {
    void (async () => {
      for (;;) process.send(await capture({ ...order, frames: bytes }));
    })();
  }
});
process.on('disconnect', () => process.exit());
