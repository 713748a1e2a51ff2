import { Injectable } from '@nestjs/common';
import sharp from 'sharp';
import type { Picture } from './landmarks/picture.js';

/** The first bytes of every JPEG. libvips goes by the content, and would open an SVG too. */
const JPEG_START = [0xff, 0xd8, 0xff];

/** Decodes JPEGs, each on a thread of libuv's pool. */
@Injectable()
export class PictureDecoder {
  /**
   * Decodes a JPEG whole. Resolves with null if the decoder complains before the end, or if the picture does not have the
   * announced size in pixels; a larger picture is never decoded. Never rejects.
   */
  async decode(jpeg: Uint8Array, width: number, height: number): Promise<Picture | null> {
    if (JPEG_START.some((byte, index) => jpeg[index] !== byte)) return null;
    try {
      const { data, info } = await sharp(jpeg, { failOn: 'warning', limitInputPixels: width * height })
        .toColourspace('srgb')
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      if (info.width !== width || info.height !== height || info.channels !== 3) return null;
      return { rgb: data, width, height };
    } catch {
      return null;
    }
  }
}
