import { PictureDecoder } from '@a3cp/landmark-extractor';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { sampleFrames } from './sample-frames.js';

const PROGRAM = fileURLToPath(new URL('../../tools/bench/dist/captures.js', import.meta.url));

/** What the services have to carry on a machine of two processors. */
const CAPTURES = 20;

const FPS = 15;

const MEASURED_MS = 2_000;

/**
 * As many captures as must arrive whole: 20, or fewer where other programs leave so little of the machine that even half of
 * what its decoders manage by themselves is less.
 */
export async function affordableCaptures(): Promise<number> {
  const [decoder, frames] = [new PictureDecoder(), await sampleFrames()];
  const until = performance.now() + MEASURED_MS;
  let decoded = 0;
  const decode = async (): Promise<void> => {
    for (; performance.now() < until; decoded++) {
      await decoder.decode(frames[decoded % frames.length] ?? Buffer.alloc(0), 640, 480);
    }
  };
  await Promise.all([decode(), decode()]);
  const frames_per_second = decoded / (MEASURED_MS / 1000);
  return Math.max(1, Math.min(CAPTURES, Math.floor(frames_per_second / 2 / FPS)));
}

/** Runs `npm run bench:captures` without the npm; resolves with its exit code and what it said. */
export async function load(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, said: out + err };
}
