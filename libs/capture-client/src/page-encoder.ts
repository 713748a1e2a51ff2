import type { CameraEncoder, CameraListener } from './camera-encoder.js';
import { isCanvasTrue } from './canvas-truth.js';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import type { Size } from './fit-size.js';
import { FrameEncoder } from './frame-encoder.js';
import type { FrameBudget } from './frame-source.js';
import type { JpegCanvas } from './jpeg-canvas.js';
import { VideoPictures } from './video-pictures.js';

/** Rendered, and neither seen nor in the way. */
const UNSEEN = {
  position: 'fixed',
  top: '0',
  left: '0',
  width: '1px',
  height: '1px',
  opacity: '0',
  pointerEvents: 'none',
};

/** Encodes on the page, for browsers that do not give a camera's pictures to a worker. */
export class PageEncoder implements CameraEncoder {
  readonly #video = document.createElement('video');
  #pictures: VideoPictures | null = null;
  readonly #encoder = new FrameEncoder(canvasOf, DEFAULT_CLIENT_LIMITS);
  #budget: FrameBudget | null = null;
  #encoding = false;
  #closed = false;

  constructor(
    track: MediaStreamTrack,
    private readonly listener: CameraListener,
  ) {
    const video = this.#video;
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([track]);
    render(video);
    video.play().catch((error: unknown) => {
      // the browser may interrupt a video that goes on later
      if (!(error instanceof DOMException && error.name === 'AbortError')) listener.lost('camera_silent', error);
    });
    void isCanvasTrue(canvasOf).then((is_true) => {
      if (this.#closed) return;
      if (is_true) this.#watch();
      else listener.lost('camera_falsified');
    });
  }

  start(budget: FrameBudget): void {
    this.#budget = budget;
  }

  close(): void {
    this.#closed = true;
    this.#pictures?.close();
    this.#video.srcObject = null;
    this.#video.parentNode?.removeChild(this.#video);
  }

  #watch(): void {
    this.#pictures = new VideoPictures(this.#video, (camera_ms) => {
      this.#see(camera_ms).catch((error: unknown) => this.listener.lost('camera_failed', error));
    });
  }

  /** A picture that comes while another is being encoded is left out. */
  async #see(camera_ms: number | null): Promise<void> {
    const { videoWidth: width, videoHeight: height } = this.#video;
    const size = this.#encoder.fit({ width, height });
    if (size) this.listener.sized(size);
    if (!this.#budget || this.#encoding) return;
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

/** Puts the video into the document, as far as there is one yet: Safari decodes no picture of a video that is not rendered. */
function render(video: HTMLVideoElement): void {
  const body = document.body as HTMLElement | null | undefined;
  if (!body) return;
  Object.assign(video.style, UNSEEN);
  video.setAttribute('aria-hidden', 'true');
  body.append(video);
}

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
