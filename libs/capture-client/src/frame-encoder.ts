import { EventClock } from './event-clock.js';
import { fitSize, isRealSize, placeWithin, type Size, type SizeLimits } from './fit-size.js';
import { FramePacing } from './frame-pacing.js';
import { type CreateCanvas, type JpegCanvas, jpegOf } from './jpeg-canvas.js';
import { JpegQuality } from './jpeg-quality.js';

/** How long every picture may fail before the encoder does. */
const FAILING_TIMEOUT_MS = 5_000;

/** One picture of a camera. */
export interface CameraPicture extends Size {
  readonly image: CanvasImageSource;
  /** When it was taken, in milliseconds of the camera's own time; null if the camera does not say. */
  readonly camera_ms: number | null;
  /** Frees the memory it lies in; cameras have little of it. */
  close(): void;
}

/** One frame that is ready to go out. */
export interface EncodedFrame {
  readonly jpeg: ArrayBuffer;
  /** When the camera took it, in milliseconds since 1970; never before the frame ahead of it. */
  readonly timestamp_ms: number;
}

/** The limits that frames keep. PROTOCOL.md, "Limits". */
export interface EncoderLimits extends SizeLimits {
  readonly max_fps: number;
}

/** Makes frames of one size from a camera's pictures, one at a time. */
export class FrameEncoder {
  readonly #pacing: FramePacing;
  readonly #clock = new EventClock();
  readonly #quality = new JpegQuality();
  #size: Size | null = null;
  #canvas: JpegCanvas | null = null;
  #failing_since_ms: number | null = null;

  constructor(
    private readonly createCanvas: CreateCanvas,
    private readonly limits: EncoderLimits,
  ) {
    this.#pacing = new FramePacing(limits.max_fps);
  }

  /**
   * Fits the frames to a picture, until the first of them is encoded: a telephone may be turned before the capture, and a
   * camera may show a placeholder first. Returns the frames' size where it has changed, else null.
   */
  fit(picture: Size): Size | null {
    if (this.#canvas || !isRealSize(picture)) return null;
    const size = fitSize(picture, this.limits);
    if (size.width === this.#size?.width && size.height === this.#size.height) return null;
    this.#size = size;
    return size;
  }

  /**
   * The frame of a picture, which is closed as soon as it was drawn. Null if no frame is due, if the picture is a
   * placeholder, or if it could not be encoded. Rejects once no picture could be encoded for 5 s.
   */
  async encode(picture: CameraPicture, max_frame_bytes: number): Promise<EncodedFrame | null> {
    const { camera_ms } = picture;
    const timestamp_ms = this.#clock.timeOf({ camera_ms, elapsed_ms: performance.now(), date_ms: Date.now() });
    if (!isRealSize(picture) || !this.#pacing.isDue(timestamp_ms)) {
      picture.close();
      return null;
    }
    try {
      const jpeg = await this.#jpegOf(picture, max_frame_bytes);
      this.#failing_since_ms = null;
      return { jpeg, timestamp_ms };
    } catch (error) {
      this.#failing_since_ms ??= timestamp_ms;
      if (timestamp_ms - this.#failing_since_ms >= FAILING_TIMEOUT_MS) throw error;
      return null;
    }
  }

  async #jpegOf(picture: CameraPicture, max_frame_bytes: number): Promise<ArrayBuffer> {
    const canvas = (this.#canvas ??= this.createCanvas(this.#size ?? fitSize(picture, this.limits)));
    try {
      draw(picture, canvas);
    } finally {
      picture.close();
    }
    let jpeg = await jpegOf(canvas, this.#quality.value);
    while (this.#quality.isToBeLowered(jpeg.size, max_frame_bytes)) jpeg = await jpegOf(canvas, this.#quality.value);
    return jpeg.arrayBuffer();
  }
}

/** A telephone may be turned during a capture: then its pictures have another shape, and the frames do not. */
function draw({ image, width, height }: CameraPicture, canvas: JpegCanvas): void {
  const place = placeWithin({ width, height }, canvas);
  if (place.width < canvas.width || place.height < canvas.height) {
    canvas.context.fillRect(0, 0, canvas.width, canvas.height);
  }
  canvas.context.drawImage(image, place.x, place.y, place.width, place.height);
}
