import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jpegFault } from './jpeg-header.js';

const SOI = [0xff, 0xd8];
const SIZE_640_480 = [0x01, 0xe0, 0x02, 0x80];
/** Length 17, 8 bits a sample, height, width, 3 components. */
const SOF_BODY = [0x00, 0x11, 0x08, ...SIZE_640_480, 0x03, 0x01, 0x22, 0x00, 0x02, 0x11, 0x01, 0x03, 0x11, 0x01];
const SOF0 = [0xff, 0xc0, ...SOF_BODY];
/** JFIF, as every camera writes it. */
const APP0 = [0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
const SOS = [0xff, 0xda, 0x00, 0x0c, 0x03, 0x01, 0x00, 0x02, 0x11, 0x03, 0x11, 0x00, 0x3f, 0x00];

const NO_HEADER = 'JPEG without a frame header';
const ENDS = 'JPEG ends before its frame header';
const OTHER_SIZE = 'JPEG size is not the announced width and height';

function fault(...parts: number[][]): string | null {
  return jpegFault(Uint8Array.from(parts.flat()), 640, 480);
}

/** A segment of this marker whose data are so many zeros. */
function segment(marker: number, zeros = 0): number[] {
  const length = zeros + 2;
  return [0xff, marker, length >> 8, length & 0xff, ...new Array<number>(zeros).fill(0)];
}

describe('a JPEG of the announced size', () => {
  it.each([0xc0, 0xc1, 0xc2])('is found behind frame header %i', (marker) => {
    expect(fault(SOI, APP0, [0xff, marker, ...SOF_BODY], SOS)).toBeNull();
  });

  it.each([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf])(
    'is a fault behind frame header %i: lossless, hierarchical or arithmetic',
    (marker) => {
      expect(fault(SOI, APP0, [0xff, marker, ...SOF_BODY], SOS)).toBe('JPEG with a coding that browsers do not decode');
    },
  );

  it.each(Array.from({ length: 16 }, (_, n) => n))('is found behind APP%i, up to the longest there may be', (n) => {
    expect(fault(SOI, segment(0xe0 + n, 65_533), SOF0)).toBeNull();
  });

  it.each([
    ['DHT', 0xc4],
    ['JPG', 0xc8],
    ['DAC', 0xcc],
    ['DQT', 0xdb],
    ['DRI', 0xdd],
    ['COM', 0xfe],
  ])('is found behind %s, which is no frame header', (_name, marker) => {
    // what stands in it would be a size if it were one
    expect(fault(SOI, [0xff, marker, 0x00, 0x07, 0x08, 0, 9, 0, 9], SOF0)).toBeNull();
  });

  it('is not sought inside another segment', () => {
    const thumbnail = [...SOI, 0xff, 0xc0, 0x00, 0x11, 0x08, 0, 60, 0, 80];
    expect(fault(SOI, [0xff, 0xe1, 0x00, thumbnail.length + 2], thumbnail, SOF0)).toBeNull();
  });

  it.each([1, 3, 255, 256, 300, 290_000])('is found behind %i fill bytes before a marker', (count) => {
    const fill = new Array<number>(count).fill(0xff);
    expect(fault(SOI, fill, APP0, SOF0)).toBeNull();
    expect(fault(SOI, APP0, fill, SOF0)).toBeNull();
  });

  it('is found behind 255 segments, and not sought behind 256', () => {
    const segments = (count: number) => new Array<number[]>(count).fill(segment(0xe0)).flat();
    expect(fault(SOI, segments(255), SOF0)).toBeNull();
    expect(fault(SOI, segments(256), SOF0)).toBe(NO_HEADER);
    const filled = new Array<number[]>(255).fill([0xff, 0xff, 0xff, ...segment(0xe0)]).flat();
    expect(fault(SOI, filled, SOF0)).toBeNull();
  });

  it('needs no byte behind its width', () => {
    expect(fault(SOI, SOF0.slice(0, 9))).toBeNull();
  });
});

describe('a JPEG of another size', () => {
  const sized = (width: number, height: number) => [
    ...[...SOI, 0xff, 0xc0, 0x00, 0x11, 0x08],
    ...[height >> 8, height & 0xff, width >> 8, width & 0xff],
  ];

  it.each([
    [639, 480],
    [641, 480],
    [640, 479],
    [640, 481],
    [480, 640],
    [60_000, 60_000],
    [65_535, 65_535],
    [0, 0],
    [640, 0],
  ])('%i x %i is a fault', (width, height) => {
    expect(fault(sized(width, height))).toBe(OTHER_SIZE);
  });

  it.each([
    [1, 1],
    [480, 640],
    [60_000, 60_000],
  ])('%i x %i is none where it was announced', (width, height) => {
    expect(jpegFault(Uint8Array.from(sized(width, height)), width, height)).toBeNull();
  });

  it('counts by its first frame header', () => {
    expect(fault(sized(80, 60), new Array<number>(10).fill(0), SOF0)).toBe(OTHER_SIZE);
  });
});

describe('the scans of a progressive JPEG', () => {
  const TOO_MANY = 'JPEG of more than 64 scans';
  const SOF2 = [0xff, 0xc2, ...SOF_BODY];
  const EOI = [0xff, 0xd9];
  /** One of one component, with a stuffed zero, a restart marker and fill bytes in and behind its data. */
  const scan = [0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x01, 0x3f, 0x00, 0x12, 0xff, 0x00, 0xff, 0xd0, 0x34, 0xff];
  const scans = (count: number) => new Array<number[]>(count).fill(scan).flat();

  it('are at most 64', () => {
    expect(fault(SOI, SOF2, scans(64), EOI)).toBeNull();
    expect(fault(SOI, SOF2, scans(65), EOI)).toBe(TOO_MANY);
    expect(fault(SOI, SOF2, scans(24_000), EOI)).toBe(TOO_MANY);
  });

  it('are not sought in a sequential picture', () => {
    expect(fault(SOI, SOF0, scans(65), EOI)).toBeNull();
  });

  it('are counted behind tables and comments, and not inside them', () => {
    const table = [...segment(0xc4, 30), 0xff, 0xfe, 0x00, scan.length + 2, ...scan];
    expect(fault(SOI, SOF2, ...new Array<number[]>(64).fill([...table, ...scan]), EOI)).toBeNull();
    expect(fault(SOI, SOF2, ...new Array<number[]>(65).fill([...table, ...scan]), EOI)).toBe(TOO_MANY);
  });

  it('are not counted behind the end of the image', () => {
    expect(fault(SOI, SOF2, scans(64), EOI, SOI, SOF2, scans(64), EOI)).toBeNull();
  });

  it('are counted in a picture that is cut off', () => {
    expect(fault(SOI, SOF2, scans(64), scan.slice(0, 4))).toBe(TOO_MANY);
    expect(fault(SOI, SOF2, scans(64), scan.slice(0, 3))).toBeNull();
  });
});

describe('what is not a JPEG', () => {
  it.each([
    ['nothing', []],
    ['one byte', [0xff]],
    ['a PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
    ['half a start of image', [0xff, 0xd9, ...SOF0]],
    ['the other half', [0xfe, 0xd8, ...SOF0]],
  ])('%s has no start of image', (_name, bytes) => {
    expect(fault(bytes)).toBe('no JPEG start of image');
  });

  it('every JPEG cut before the end of its width', () => {
    const whole = [...SOI, ...APP0, ...SOF0.slice(0, 9)];
    expect(fault(whole)).toBeNull();
    for (let length = 2; length < whole.length; length++) expect(fault(whole.slice(0, length))).toBe(ENDS);
  });

  it('fill bytes and nothing behind them', () => {
    expect(fault(SOI, new Array<number>(300).fill(0xff))).toBe(ENDS);
  });

  it('a segment that goes beyond the end', () => {
    expect(fault(SOI, [0xff, 0xe0, 0xff, 0xff], SOF0)).toBe(ENDS);
  });

  it.each([0, 1])('a segment of length %i', (length) => {
    expect(fault(SOI, [0xff, 0xe0, 0x00, length], SOF0)).toBe('JPEG segment too short');
  });

  it('four bytes that end it are looked at', () => {
    expect(fault(SOI, [0xff, 0xda, 0x00, 0x02])).toBe(NO_HEADER);
    expect(fault(SOI, [0xff, 0xda, 0x00])).toBe(ENDS);
  });

  it('bytes where a marker should be', () => {
    expect(fault(SOI, [0x00, 0xc0], SOF_BODY)).toBe('JPEG marker missing');
  });

  it.each([
    ['SOS', SOS],
    ['EOI', [0xff, 0xd9]],
    ['a second SOI', SOI],
    ['RST0', [0xff, 0xd0]],
    ['RST7', [0xff, 0xd7]],
    ['TEM', [0xff, 0x01]],
    ['a stuffed zero', [0xff, 0x00]],
    ['a reserved marker', [0xff, 0xbf]],
  ])('%s before the frame header', (_name, bytes) => {
    expect(fault(SOI, bytes, SOF0)).toBe(NO_HEADER);
  });
});

describe('whatever bytes come', () => {
  const anyBytes = fc.uint8Array({ maxLength: 400 });
  // bytes a scan runs far over: mostly markers and short lengths
  const likely = fc.array(fc.constantFrom(0xff, 0xff, 0xd8, 0xc0, 0xe0, 0xda, 0x00, 0x02, 0x04), { maxLength: 400 });

  it.each([
    ['random', anyBytes],
    ['much like a header', likely.map((bytes) => Uint8Array.from(bytes))],
  ])('%s: it never throws and speaks its own words', (_name, bytes) => {
    fc.assert(
      fc.property(bytes, fc.boolean(), (tail, image) => {
        const jpeg = image ? Uint8Array.from([...SOI, ...tail]) : tail;
        const answer = jpegFault(jpeg, 640, 480);
        expect(answer === null || /^(no )?JPEG [a-z 64]+$/.test(answer)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
