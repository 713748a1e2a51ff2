import { expect } from '@jest/globals';
import type { BrowserStack } from './browser-stack.js';
import { type CaptureWords, frameTimes } from './capture-words.js';

/** Records 15 s of camera, and expects that each frame arrives. Resolves with the frames a second. */
export async function expectWholeCapture(stack: BrowserStack, capture: CaptureWords): Promise<number> {
  await capture.preview();
  await capture.capture();
  await capture.is('done');

  const { sent, heard } = await capture.messages();
  const { frame_count, byte_count, terminal } = await stack.ended(sent[0]?.capture_id ?? '');
  const times = frameTimes(sent);
  const seconds = (times.at(-1) ?? 0) / 1_000;
  expect(await capture.statuses()).toEqual(['idle', 'previewing', 'capturing', 'closing', 'done']);
  expect(terminal).toMatchObject({ event: 'capture.close', error_code: null });
  expect(frame_count).toBe(times.length);
  expect(heard.at(-1)).toMatchObject({ event: 'capture.closed', frame_count, byte_count });
  expect(seconds).toBeGreaterThan(14);
  expect(capture.driven.complaints).toEqual([]);
  return frame_count / seconds;
}
