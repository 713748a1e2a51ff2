const START_OF_IMAGE = 0xffd8;
const FILL = 0xffff;

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie among them. */
const FRAME_HEADERS = new Set([0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15].map((n) => 0xffc0 + n));

/** Width and height in pixels, from a JPEG's first frame header. Throws an Error without such a header. */
export function jpegSize(jpeg: Uint8Array): { width: number; height: number } {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  if (jpeg.byteLength < 2 || view.getUint16(0) !== START_OF_IMAGE) throw new Error('is not a JPEG');
  let offset = 2;
  // a frame header's height and width end 9 bytes after its marker
  while (offset + 9 <= jpeg.byteLength) {
    const marker = view.getUint16(offset);
    if (FRAME_HEADERS.has(marker)) return { height: view.getUint16(offset + 5), width: view.getUint16(offset + 7) };
    if (marker < 0xff00) break;
    offset += marker === FILL ? 1 : 2 + view.getUint16(offset + 2);
  }
  throw new Error('is a JPEG without a frame header');
}
