import sharp from 'sharp';

/**
 * Decodes a JPEG whole and gives its mean brightness, 0 (black) to 255 (white). Null if it can't be decoded to the end
 * without a complaint, or is not of the announced size, in pixels; what is larger is never decoded.
 */
export async function frameLuma(jpeg: Buffer, width: number, height: number): Promise<number | null> {
  try {
    const { data, info } = await sharp(jpeg, { failOn: 'warning', limitInputPixels: width * height })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.width !== width || info.height !== height) return null;
    let sum = 0;
    for (const luma of data) sum += luma;
    return sum / data.length;
  } catch {
    return null;
  }
}
