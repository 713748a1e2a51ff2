import type { Picture } from './picture.js';
import type { Region } from './region.js';

/** A network that looks at a square of a picture and answers with numbers under fixed names. */
export interface Model<Answer extends string> {
  /** Pixels on each side of what it looks at. */
  readonly size: number;
  run(picture: Picture, region: Region): Promise<Readonly<Record<Answer, Float32Array>>>;
}
