import { readFrames } from '@a3cp/capture-cli';
import type { ForwardItem } from '@a3cp/capture-domain';
import { type Picture, PictureDecoder, ThreadedLandmarkFinder } from '@a3cp/landmark-extractor';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const WIDTH = 640;
const HEIGHT = 480;
const ROUNDS = 3;
const WARM_UP = 20;

/** Face and shoulders. */
function shoulders(): Promise<Uint8Array[]> {
  return readFrames(fileURLToPath(new URL('../../../assets/sample-capture.mjpeg', import.meta.url)));
}

/** Face, shoulders and a moving hand, as large as a camera's frames. */
async function movingHand(): Promise<Uint8Array[]> {
  const gif = fileURLToPath(new URL('../../../node_modules/fingerpose/assets/fingers-lq.gif', import.meta.url));
  const { pages = 0 } = await sharp(gif).metadata();
  const frame = (page: number): Promise<Buffer> => sharp(gif, { page }).resize(WIDTH, HEIGHT).jpeg().toBuffer();
  return Promise.all(Array.from({ length: pages }, (_, page) => frame(page)));
}

function item(jpeg: Uint8Array, seq: number): ForwardItem {
  const payload = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const identity = { capture_id: 'c1', user_id: 'u1', session_id: 's1', seq, timestamp_frame: new Date(0) };
  return { ...identity, payload, byte_length: payload.length, encoding: 'jpeg', width: WIDTH, height: HEIGHT };
}

/** Milliseconds a frame takes, one after the other. */
async function perFrame(jpegs: readonly Uint8Array[], work: (jpeg: Uint8Array, n: number) => unknown): Promise<number> {
  const begun = performance.now();
  for (const [n, jpeg] of jpegs.entries()) await work(jpeg, n);
  return (performance.now() - begun) / jpegs.length;
}

const decoder = new PictureDecoder();
const finder = new ThreadedLandmarkFinder(1);
const rows: Record<string, object> = {};
let rate = NaN;
for (const [name, frames] of [
  ['face and shoulders', await shoulders()],
  ['and a moving hand', await movingHand()],
] as const) {
  const tracker = finder.track();
  const decode = (jpeg: Uint8Array): Promise<Picture | null> => decoder.decode(jpeg, WIDTH, HEIGHT);
  const find = async (jpeg: Uint8Array, n: number): Promise<unknown> => {
    const picture = await decode(jpeg);
    return picture && tracker.find(item(jpeg, n + 1), picture);
  };
  // the models are loaded and the compilers have settled before anything is counted
  await perFrame(frames.slice(0, WARM_UP), find);
  const all = Array.from({ length: ROUNDS }, () => frames).flat();
  const [total_ms, decode_ms] = [await perFrame(all, find), await perFrame(all, decode)];
  tracker.release();
  rate = 1000 / total_ms;
  rows[name] = {
    frames: all.length,
    'frames/s': rate.toFixed(1),
    'ms/frame': total_ms.toFixed(1),
    'decode ms': decode_ms.toFixed(1),
    'decode %': ((decode_ms / total_ms) * 100).toFixed(0),
    'infer %': (100 - (decode_ms / total_ms) * 100).toFixed(0),
  };
}
await finder.close();
console.log(`one capture of ${WIDTH} x ${HEIGHT} on one thread; decoding is timed by itself, the rest is inference`);
console.table(rows);
console.log(`one person with a moving hand: ${rate.toFixed(1)} frames/s`);
