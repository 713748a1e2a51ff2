import type { Size } from './fit-size.js';

/** For one JPEG of a canvas: some browsers never answer after a lost graphics context. */
const JPEG_TIMEOUT_MS = 1_000;

/** A canvas of a page or of a worker: pictures are drawn on it, and it is read as a JPEG file. */
export interface JpegCanvas extends Size {
  readonly context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
  toJpeg(quality: number): Promise<Blob>;
}

/** Makes a canvas of a size. Throws if the browser gives none. */
export type CreateCanvas = (size: Size) => JpegCanvas;

/** The JPEG of a canvas, of a quality from 0 to 1; rejects if the canvas fails or does not answer within 1 s. */
export async function jpegOf(canvas: JpegCanvas, quality: number): Promise<Blob> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const words = `the canvas gave no JPEG within ${JPEG_TIMEOUT_MS} ms`;
    timer = setTimeout(() => reject(new Error(words)), JPEG_TIMEOUT_MS);
  });
  try {
    return await Promise.race([canvas.toJpeg(quality), late]);
  } finally {
    clearTimeout(timer);
  }
}
