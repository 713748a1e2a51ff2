const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

/**
 * The JPEG images of an .mjpeg file, each from its start to its end of image. Ignores what is between them: padding, line breaks,
 * the headers of a multipart stream. An image without an end reaches to the next one, or to the end of the file. A file without
 * an image is returned as the only one.
 */
export function imagesOf(mjpeg: Buffer): Buffer[] {
  const images: Buffer[] = [];
  for (let start = nextStart(mjpeg, 0); start !== -1; start = nextStart(mjpeg, start)) {
    const end = endOf(mjpeg, start);
    images.push(mjpeg.subarray(start, end));
    start = end;
  }
  return images.length === 0 ? [mjpeg] : images;
}

function nextStart(mjpeg: Buffer, from: number): number {
  return mjpeg.indexOf(Buffer.from([0xff, SOI]), from);
}

/** Where the image ends that starts there. What stands inside a segment, such as a thumbnail, is part of the image. */
function endOf(mjpeg: Buffer, start: number): number {
  let offset = start + 2;
  for (;;) {
    offset = mjpeg.indexOf(0xff, offset);
    if (offset === -1 || offset + 1 >= mjpeg.length) return mjpeg.length;
    const marker = mjpeg[offset + 1] ?? 0;
    if (marker === EOI) return offset + 2;
    if (marker === SOI) return offset;
    if (marker === 0xff) offset += 1;
    else if (!hasLength(marker)) offset += 2;
    else if (offset + 4 > mjpeg.length) return mjpeg.length;
    else offset += 2 + mjpeg.readUInt16BE(offset + 2);
  }
}

/** Whether the marker begins a segment; a stuffed zero and a restart marker stand within the data of a scan. */
function hasLength(marker: number): boolean {
  return marker >= 0xc0 && (marker < 0xd0 || marker >= SOS);
}
