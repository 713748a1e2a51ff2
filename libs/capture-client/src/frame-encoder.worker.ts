import type { EncoderNews, EncoderOrder } from './encoder-messages.js';
import { fitSize } from './fit-size.js';
import { FrameEncoder, type JpegCanvas } from './frame-encoder.js';

let reader: ReadableStreamDefaultReader<VideoFrame> | undefined;
let wanted = 0;
let max_frame_bytes = 0;

addEventListener('message', ({ data }: MessageEvent<EncoderOrder>) => {
  switch (data.kind) {
    case 'camera':
      reader = data.pictures.getReader();
      encodePictures(reader, data.limits).catch((error: unknown) => tell({ kind: 'failed', message: String(error) }));
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

/** Only one picture is looked at at a time; of those that come meanwhile the camera's stream keeps the newest. */
async function encodePictures(
  pictures: ReadableStreamDefaultReader<VideoFrame>,
  limits: Extract<EncoderOrder, { kind: 'camera' }>['limits'],
): Promise<void> {
  let encoder: FrameEncoder | null = null;
  for (;;) {
    const { done, value } = await pictures.read();
    if (done) break;
    const { displayWidth: width, displayHeight: height, timestamp } = value;
    if (!encoder) {
      const size = fitSize({ width, height }, limits);
      encoder = new FrameEncoder(canvasOf(size.width, size.height), limits.max_fps);
      tell({ kind: 'size', size });
    }
    if (wanted === 0) {
      value.close();
      continue;
    }
    const picture = { image: value, width, height, timestamp_ms: timestamp / 1000, close: () => value.close() };
    const frame = await encoder.encode(picture, max_frame_bytes);
    if (!frame) continue;
    wanted -= 1;
    tell({ kind: 'frame', frame }, [frame.jpeg]);
  }
  tell({ kind: 'ended' });
}

function canvasOf(width: number, height: number): JpegCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('the worker has no canvas');
  return { width, height, context, toJpeg: (quality) => canvas.convertToBlob({ type: 'image/jpeg', quality }) };
}

function tell(news: EncoderNews, transfer: Transferable[] = []): void {
  postMessage(news, { transfer });
}
