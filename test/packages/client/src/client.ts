import { type CaptureFrame, type FrameSource, startCapture } from '@a3cp/capture-client';
import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';

const FPS = 15;

const [url = '', user_id = '', session_id = '', ticket = '', picture = ''] = process.argv.slice(2);
const jpeg = new Uint8Array(await readFile(picture));

/** The same picture for a second. */
const source: FrameSource = {
  width: 640,
  height: 480,
  fps_target: FPS,
  waits: true,
  async *frames(): AsyncGenerator<CaptureFrame> {
    const start = Date.now();
    for (let frame = 0; frame < FPS; frame++) {
      yield Promise.resolve({ jpeg, timestamp_frame: new Date(start + (frame * 1000) / FPS) });
    }
  },
  close: () => undefined,
};

const capture = startCapture({
  url,
  identity: { user_id, session_id },
  ...(ticket && { ticket }),
  source,
  WebSocket,
});
console.log(JSON.stringify(await capture.result));
