import { jpegFault } from '@a3cp/capture-domain';
import { Injectable } from '@nestjs/common';
import sharp from 'sharp';
import type { Picture } from './landmarks/picture.js';

/** Largest picture that is decoded: its pixels take 12.6 MB. */
const MAX_PIXELS = 2_048 * 2_048;

/**
 * Longest time for one picture; libvips stops between two of its steps. Nothing has to kill a decode, since the bounds on coding,
 * scans, pixels and bytes bound its time: an ordinary picture takes 3 ms of a processor, the longest there can be 0.3 s.
 */
const TIMEOUT_S = 8;

/**
 * Limits libvips in this process to JPEG. It then opens no SVG, whose filters can take minutes, and no other format. For programs
 * only: a platform that decodes other pictures with sharp must not call it.
 */
export function openJpegOnly(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer'] });
}

/** Decodes JPEGs, each on one thread of libuv's pool. */
@Injectable()
export class PictureDecoder {
  constructor() {
    // libvips would give JPEGs that claim to have a gain map to another decoder
    sharp.block({ operation: ['VipsForeignLoadUhdr'] });
  }

  /**
   * Decodes a whole JPEG. Resolves with null if the decoder reports a fault, or if the picture does not have the announced size
   * in pixels. It also does so for more than 4,194,304 pixels, more than 64 scans, or a coding other than Huffman, without
   * decoding the picture. Never rejects.
   */
  async decode(jpeg: Uint8Array, width: number, height: number): Promise<Picture | null> {
    if (width * height > MAX_PIXELS || jpegFault(jpeg, width, height) !== null) return null;
    try {
      const { data, info } = await sharp(jpeg, { failOn: 'warning', limitInputPixels: width * height })
        .timeout({ seconds: TIMEOUT_S })
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
