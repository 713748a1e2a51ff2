import type { CameraErrorCode } from './camera-error-code.js';
import { isCanvasTrue } from './canvas-truth.js';
import type { EncoderNews, EncoderOrder } from './encoder-messages.js';
import type { Size } from './fit-size.js';
import { type EncoderLimits, FrameEncoder } from './frame-encoder.js';
import type { JpegCanvas } from './jpeg-canvas.js';

let reader: ReadableStreamDefaultReader<VideoFrame> | undefined;
let wanted = 0;
let max_frame_bytes = 0;

addEventListener('message', ({ data }: MessageEvent<EncoderOrder>) => {
  switch (data.kind) {
    case 'camera':
      reader = data.pictures.getReader();
      encodePictures(reader, data.limits).then(
        (code) => tell({ kind: 'lost', code }),
        (error: unknown) => tell({ kind: 'failed', message: String(error) }),
      );
      return;
    case 'want':
      wanted += 1;
      ({ max_frame_bytes } = data);
      return;
    case 'close':
      void reader?.cancel();
      close();
  }
});

tell({ kind: 'ready' });

/**
 * Encodes one picture at a time; of those that come meanwhile the camera's stream keeps the newest. Resolves with the reason
 * why no further one comes.
 */
async function encodePictures(
  pictures: ReadableStreamDefaultReader<VideoFrame>,
  limits: EncoderLimits,
): Promise<CameraErrorCode> {
  if (!(await isCanvasTrue(canvasOf))) return 'camera_falsified';
  const encoder = new FrameEncoder(canvasOf, limits);
  for (;;) {
    const { done, value } = await pictures.read();
    if (done) return 'camera_lost';
    const { displayWidth: width, displayHeight: height, timestamp } = value;
    const size = encoder.fit({ width, height });
    if (size) tell({ kind: 'size', size });
    if (wanted === 0) {
      value.close();
      continue;
    }
    const picture = { image: value, width, height, camera_ms: timestamp / 1000, close: () => value.close() };
    const frame = await encoder.encode(picture, max_frame_bytes);
    if (!frame) continue;
    wanted -= 1;
    tell({ kind: 'frame', frame }, [frame.jpeg]);
  }
}

function canvasOf({ width, height }: Size): JpegCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('the worker has no canvas');
  return { width, height, context, toJpeg: (quality) => canvas.convertToBlob({ type: 'image/jpeg', quality }) };
}

function tell(news: EncoderNews, transfer: Transferable[] = []): void {
  postMessage(news, { transfer });
}
