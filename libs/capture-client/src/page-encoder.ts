import type { CameraEncoder, CameraListener } from './camera-encoder.js';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import type { Size } from './fit-size.js';
import { FrameEncoder, type JpegCanvas } from './frame-encoder.js';
import type { FrameBudget } from './frame-source.js';

/** Encodes on the page, for browsers that do not give a camera's pictures to a worker. */
export class PageEncoder implements CameraEncoder {
  readonly #video = document.createElement('video');
  readonly #encoder = new FrameEncoder(canvasOf, DEFAULT_CLIENT_LIMITS);
  #budget: FrameBudget | null = null;
  #encoding = false;
  #closed = false;
  /** A browser that does not know when a picture was taken knows its time in the stream. */
  #timeOf: ((picture: VideoFrameCallbackMetadata) => number | null) | null = null;

  constructor(
    track: MediaStreamTrack,
    private readonly listener: CameraListener,
  ) {
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([track]);
    this.#video.play().catch((error: unknown) => listener.lost('camera_failed', error));
    this.#awaitPicture();
  }

  start(budget: FrameBudget): void {
    this.#budget = budget;
  }

  close(): void {
    this.#closed = true;
    this.#video.srcObject = null;
  }

  #awaitPicture(): void {
    this.#video.requestVideoFrameCallback((_now, picture) => {
      if (this.#closed) return;
      this.#awaitPicture();
      this.#see(picture).catch((error: unknown) => this.listener.lost('camera_failed', error));
    });
  }

  /** A picture that comes while another is being encoded is left out. */
  async #see(picture: VideoFrameCallbackMetadata): Promise<void> {
    const { videoWidth: width, videoHeight: height } = this.#video;
    const size = this.#encoder.fit({ width, height });
    if (size) this.listener.sized(size);
    if (!this.#budget || this.#encoding) return;
    this.#timeOf ??= picture.captureTime === undefined ? mediaTime : captureTime;
    const camera_ms = this.#timeOf(picture);
    this.#encoding = true;
    try {
      const shown = { image: this.#video, width, height, camera_ms, close: () => undefined };
      const frame = await this.#encoder.encode(shown, this.#budget.max_frame_bytes);
      if (frame && !this.#closed) this.listener.frame(frame);
    } finally {
      this.#encoding = false;
    }
  }
}

const mediaTime = (picture: VideoFrameCallbackMetadata): number => picture.mediaTime * 1000;
// Its zero is another one: a picture without it has no time.
const captureTime = (picture: VideoFrameCallbackMetadata): number | null => picture.captureTime ?? null;

function canvasOf({ width, height }: Size): JpegCanvas {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('the page has no canvas');
  const toJpeg = (quality: number): Promise<Blob> =>
    new Promise((resolve, reject) => {
      const give = (jpeg: Blob | null): void => (jpeg ? resolve(jpeg) : reject(new Error('the canvas gave no JPEG')));
      canvas.toBlob(give, 'image/jpeg', quality);
    });
  return { width, height, context, toJpeg };
}
