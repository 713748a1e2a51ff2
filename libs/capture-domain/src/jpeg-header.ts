const SOI = 0xd8;
const SOS = 0xda;

/** More marker segments than any encoder writes before its frame header. */
const MAX_SEGMENTS = 256;

/**
 * Compares the size in a JPEG's first frame header with the announced one, in pixels. Returns null if they agree, else
 * why not, in our own words. Walks at most 256 marker segments, allocates nothing and never decodes pixels.
 * PROTOCOL.md, "frame bytes".
 */
export function jpegFault(jpeg: Uint8Array, width: number, height: number): string | null {
  if (jpeg.length < 2 || jpeg[0] !== 0xff || jpeg[1] !== SOI) return 'no JPEG start of image';
  let offset = 2;
  for (let segment = 0; segment < MAX_SEGMENTS; segment++) {
    if (offset + 4 > jpeg.length) return 'JPEG ends before its frame header';
    if (jpeg[offset] !== 0xff) return 'JPEG marker missing';
    const marker = jpeg[offset + 1] ?? 0;
    if (isFrameHeader(marker)) {
      if (offset + 9 > jpeg.length) return 'JPEG ends before its frame header';
      const agrees = uint16(jpeg, offset + 7) === width && uint16(jpeg, offset + 5) === height;
      return agrees ? null : 'JPEG size is not the announced width and height';
    }
    if (marker === 0xff) {
      // a fill byte before the marker
      offset += 1;
      continue;
    }
    if (!hasLength(marker)) return 'JPEG without a frame header';
    const length = uint16(jpeg, offset + 2);
    if (length < 2) return 'JPEG segment too short';
    offset += 2 + length;
  }
  return 'JPEG without a frame header';
}

/** SOF0 to SOF15, but for the three markers of that range that are something else (DHT, JPG, DAC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Whether a segment that may stand before the frame header follows the marker. */
function hasLength(marker: number): boolean {
  return marker >= 0xc0 && (marker < 0xd0 || marker > SOS);
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}
