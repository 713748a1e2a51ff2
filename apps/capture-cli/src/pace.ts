import type { CaptureFrame } from '@a3cp/capture-client';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Yields frame n when (n - 1) / fps seconds have passed since the first, or as soon as it is asked for after that, with the
 * time it was due. The signal ends a wait: it throws an AbortError then.
 */
export async function* pace(
  frames: readonly Uint8Array<ArrayBuffer>[],
  fps: number,
  signal: AbortSignal,
): AsyncGenerator<CaptureFrame, void, undefined> {
  const begun = performance.now();
  const timestamp_start = Date.now();
  for (const [index, jpeg] of frames.entries()) {
    const due = (index * 1000) / fps;
    await sleep(Math.max(0, begun + due - performance.now()), undefined, { signal });
    yield { jpeg, timestamp_frame: new Date(timestamp_start + due) };
  }
}
