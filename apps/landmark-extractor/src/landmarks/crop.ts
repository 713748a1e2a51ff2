import type { Picture } from './picture.js';
import type { Region } from './region.js';

/** How a model wants its picture. The two kinds differ, and the wrong one costs up to 20 pixels of a landmark's place. */
export interface CropStyle {
  /** What black and white become. */
  readonly black: number;
  readonly white: number;
  /** What lies beyond the picture's edge: black, or the edge's own pixels over again. */
  readonly beyond: 'black' | 'edge';
}

/** What the detectors were trained on. */
export const DETECTOR_CROP: CropStyle = { black: -1, white: 1, beyond: 'black' };

/** What the landmark models were trained on. */
export const LANDMARK_CROP: CropStyle = { black: 0, white: 1, beyond: 'edge' };

/** The last pixel that still has a neighbour to blend with, as close to it as blending needs. */
const LAST = 1.001;

/**
 * Draws a region of a picture into `target`, `size` x `size` pixels of red, green and blue, blending the four pixels around
 * each place. No pixel of it makes an object: it is drawn for every model and frame.
 */
export function crop(picture: Picture, region: Region, size: number, style: CropStyle, target: Float32Array): void {
  const { rgb, width, height } = picture;
  const { black, beyond } = style;
  const scale = (style.white - black) / 255;
  const [cos, sin] = [Math.cos(region.angle), Math.sin(region.angle)];
  const [xRight, yRight] = [(region.width * cos) / size, (region.width * sin) / size];
  const [xDown, yDown] = [(-region.height * sin) / size, (region.height * cos) / size];
  // from the middle of the region to that of its first pixel, and on to the corner a picture's pixel is known by
  const xFirst = region.x - 0.5 * region.width * cos + 0.5 * region.height * sin + 0.5 * (xRight + xDown) - 0.5;
  const yFirst = region.y - 0.5 * region.width * sin - 0.5 * region.height * cos + 0.5 * (yRight + yDown) - 0.5;
  let at = 0;
  for (let row = 0; row < size; row++) {
    let x = xFirst + row * xDown;
    let y = yFirst + row * yDown;
    for (let column = 0; column < size; column++, x += xRight, y += yRight, at += 3) {
      let u = x;
      let v = y;
      if (beyond === 'edge') {
        u = Math.min(Math.max(u, 0), width - LAST);
        v = Math.min(Math.max(v, 0), height - LAST);
      } else if (u < 0 || v < 0 || u >= width - 1 || v >= height - 1) {
        target[at] = target[at + 1] = target[at + 2] = black;
        continue;
      }
      const left = Math.floor(u);
      const top = Math.floor(v);
      const right = u - left;
      const bottom = v - top;
      const upperLeft = (1 - right) * (1 - bottom);
      const upperRight = right * (1 - bottom);
      const lowerLeft = (1 - right) * bottom;
      const lowerRight = right * bottom;
      const upper = (top * width + left) * 3;
      const lower = upper + width * 3;
      for (let channel = 0; channel < 3; channel++) {
        const blended =
          (rgb[upper + channel] as number) * upperLeft +
          (rgb[upper + channel + 3] as number) * upperRight +
          (rgb[lower + channel] as number) * lowerLeft +
          (rgb[lower + channel + 3] as number) * lowerRight;
        target[at + channel] = blended * scale + black;
      }
    }
  }
}
