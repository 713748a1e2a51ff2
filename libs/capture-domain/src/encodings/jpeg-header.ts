const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** The frame header of a progressive picture. */
const SOF2 = 0xc2;

/** More marker segments than any encoder writes before its frame header. */
const MAX_SEGMENTS = 256;

/** Encoders write about ten. A decoder spends about as long on an empty scan as on a full one. */
const MAX_SCANS = 64;

const ENDS = 'JPEG ends before its frame header';

/**
 * Compares the size in a JPEG's first frame header with the announced one, in pixels, and checks that it is baseline, extended or
 * progressive with Huffman codes. Allows 64 scans in a progressive picture. Returns the fault in the gateway's own words, else
 * null. Looks at each byte at most once, allocates nothing and never decodes pixels. PROTOCOL.md, "frame bytes".
 */
export function jpegFault(jpeg: Uint8Array, width: number, height: number): string | null {
  if (jpeg.length < 2 || jpeg[0] !== 0xff || jpeg[1] !== SOI) return 'no JPEG start of image';
  const { length } = jpeg;
  let offset = 2;
  for (let segment = 0; segment < MAX_SEGMENTS; segment++) {
    if (offset + 4 > length) return ENDS;
    if (jpeg[offset] !== 0xff) return 'JPEG marker missing';
    // fill bytes are part of no segment
    while (jpeg[offset + 1] === 0xff) if (++offset + 4 > length) return ENDS;
    const marker = jpeg[offset + 1] ?? 0;
    if (isFrameHeader(marker)) {
      if (offset + 9 > length) return ENDS;
      const agrees = uint16(jpeg, offset + 7) === width && uint16(jpeg, offset + 5) === height;
      if (!agrees) return 'JPEG size is not the announced width and height';
      if (!isHuffmanDct(marker)) return 'JPEG with a coding that browsers do not decode';
      return marker === SOF2 ? scansFault(jpeg, offset) : null;
    }
    if (marker === SOS || !hasLength(marker)) return 'JPEG without a frame header';
    const segment_length = uint16(jpeg, offset + 2);
    if (segment_length < 2) return 'JPEG segment too short';
    offset += 2 + segment_length;
  }
  return 'JPEG without a frame header';
}

/** Counts the scans of a progressive picture, from its frame header to the end of the image. */
function scansFault(jpeg: Uint8Array, frame_header: number): string | null {
  const { length } = jpeg;
  let scans = 0;
  let offset = frame_header;
  while (offset + 4 <= length) {
    if (jpeg[offset] !== 0xff) {
      offset += 1;
      continue;
    }
    const marker = jpeg[offset + 1] ?? 0;
    if (marker === EOI) return null;
    if (marker === SOS && ++scans > MAX_SCANS) return `JPEG of more than ${MAX_SCANS} scans`;
    if (marker === 0xff) offset += 1;
    // what has no length stands within the data of a scan: a stuffed zero or a restart marker
    else offset += hasLength(marker) ? 2 + uint16(jpeg, offset + 2) : 2;
  }
  return null;
}

/** SOF0 to SOF15, but for the three markers of that range that are something else (DHT, JPG, DAC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/**
 * Baseline, extended and progressive. In the others data that are missing count as zeros and cost a decoder time: 5,000 empty scans
 * of arithmetic coding, 50 kB, take libjpeg a second.
 */
function isHuffmanDct(frame_header: number): boolean {
  return frame_header <= SOF2;
}

/** Whether the marker begins a segment, whose length follows it. */
function hasLength(marker: number): boolean {
  return marker >= 0xc0 && (marker < 0xd0 || marker >= SOS);
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}
