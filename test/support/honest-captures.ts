import { CaptureSocketClient, greyJpeg } from '@a3cp/testing';
import { expect } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { jpegOf } from './jpeg.js';
import { COMPLETED, type Verdict, verdictOf } from './verdict.js';

/** A camera's capture of so many pictures, 15 a second, by a user and a client of that name. */
export async function honestCapture(
  url: string,
  name: string,
  pictures: number,
  headers: Record<string, string> = {},
): Promise<Verdict> {
  const client = new CaptureSocketClient(url, [], headers);
  await client.opened;
  client.open({ user_id: name, capture_id: name });
  for (let seq = 1; seq <= pictures && client.socket.readyState === client.socket.OPEN; seq++) {
    client.frame(seq, jpegOf(20_000), { capture_id: name });
    await new Promise((clicked) => setTimeout(clicked, 1_000 / 15));
  }
  client.close({ capture_id: name });
  return verdictOf(client);
}

const LARGE = greyJpeg(640, 480, 290_000);
const LARGE_PICTURES = 30;

/**
 * Sends 70 MB of pictures through a gateway. V8 lets up to 64 MB of dead buffers lie between two collections, so memory is what
 * it is at work only after that.
 */
export async function workThrough(url: string): Promise<void> {
  for (const half of ['early', 'late']) {
    const names = Array.from({ length: 4 }, (_, n) => `${half}-${n}`);
    const verdicts = await Promise.all(
      names.map(async (name) => {
        const whose = { user_id: name, session_id: name, capture_id: name };
        const client = await CaptureSocketClient.connect(url);
        client.open(whose);
        for (let seq = 1; seq <= LARGE_PICTURES; seq++) {
          client.frame(seq, LARGE, whose);
          await new Promise((clicked) => setTimeout(clicked, 1_000 / 15));
        }
        client.close(whose);
        return verdictOf(client);
      }),
    );
    expect(verdicts).toEqual(names.map(() => COMPLETED));
  }
}

/** The most bytes that were resident in a process since it was last asked. */
export function peakMemoryOf({ pid }: { readonly pid: number }): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
