import { EventClock } from './event-clock.js';
import { placeWithin, type Size } from './fit-size.js';
import { FramePacing } from './frame-pacing.js';
import { JpegQuality } from './jpeg-quality.js';

/** A canvas of a page or of a worker: what pictures are drawn on, and how it is read as a JPEG file. */
export interface JpegCanvas extends Size {
  readonly context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
  toJpeg(quality: number): Promise<Blob>;
}

/** One picture of a camera. */
export interface CameraPicture extends Size {
  readonly image: CanvasImageSource;
  /** When it was taken, in milliseconds of the camera's own time. */
  readonly timestamp_ms: number;
  /** Frees the memory it lies in; cameras have little of it. */
  close(): void;
}

/** One frame that is ready to go out. */
export interface EncodedFrame {
  readonly jpeg: ArrayBuffer;
  /** When the camera took it, in milliseconds since 1970. */
  readonly timestamp_ms: number;
}

/** Makes frames of one size from a camera's pictures, one at a time. */
export class FrameEncoder {
  readonly #pacing: FramePacing;
  readonly #clock = new EventClock();
  readonly #quality = new JpegQuality();

  /** Frames are as large as the canvas, and at most `max_fps` a second. */
  constructor(
    private readonly canvas: JpegCanvas,
    max_fps: number,
  ) {
    this.#pacing = new FramePacing(max_fps);
  }

  /** The frame of a picture, which is closed as soon as it was drawn; null if it came before the next frame is due. */
  async encode(picture: CameraPicture, max_frame_bytes: number): Promise<EncodedFrame | null> {
    try {
      if (!this.#pacing.isDue(picture.timestamp_ms)) return null;
      this.#draw(picture);
    } finally {
      picture.close();
    }
    const timestamp_ms = this.#clock.timeOf(picture.timestamp_ms, Date.now());
    let jpeg = await this.canvas.toJpeg(this.#quality.value);
    while (this.#quality.isToBeLowered(jpeg.size, max_frame_bytes))
      jpeg = await this.canvas.toJpeg(this.#quality.value);
    return { jpeg: await jpeg.arrayBuffer(), timestamp_ms };
  }

  /** A telephone may be turned during a capture: then its pictures have another shape, and the frames do not. */
  #draw({ image, width, height }: CameraPicture): void {
    const { canvas } = this;
    const place = placeWithin({ width, height }, canvas);
    if (place.width < canvas.width || place.height < canvas.height) {
      canvas.context.fillRect(0, 0, canvas.width, canvas.height);
    }
    canvas.context.drawImage(image, place.x, place.y, place.width, place.height);
  }
}
