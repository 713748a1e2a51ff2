import { describe, expect, it } from '@jest/globals';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import { type Admission, admit } from './frame-admission.js';
import { SentFrames } from './sent-frames.js';

const START = Date.UTC(2026, 0, 1);

function frameAt(ms: number, byte_length = 1_000) {
  return { jpeg: new Uint8Array(byte_length), timestamp_frame: new Date(START + ms) };
}

/** So many frames sent, the first at 0 and the last at `last_ms`. */
function sentUntil(last_ms: number, count = 2, byte_length = 1_000): SentFrames {
  const sent = new SentFrames();
  for (let n = 0; n < count; n++) sent.add(frameAt(count > 1 ? (n * last_ms) / (count - 1) : 0, byte_length));
  return sent;
}

describe('a frame', () => {
  it.each<[what: string, sent: SentFrames, ms: number, byte_length: number, admission: Admission]>([
    ['that is the first', new SentFrames(), 0, 1_000, 'send'],
    ['at the last millisecond', sentUntil(14_000), 15_000, 1_000, 'send'],
    ['after it', sentUntil(14_000), 15_001, 1_000, 'past_end'],
    ['that is the 225th', sentUntil(14_900, 224), 14_950, 1_000, 'send'],
    ['that is the 226th', sentUntil(14_900, 225), 14_950, 1_000, 'past_end'],
    ['of 300,000 bytes', sentUntil(1_000), 2_000, 300_000, 'send'],
    ['of more', sentUntil(1_000), 2_000, 300_001, 'too_large'],
    ['that fills 50,000,000 bytes', sentUntil(14_000, 200, 249_000), 14_100, 200_000, 'send'],
    ['that is more than they hold', sentUntil(14_000, 200, 249_000), 14_100, 200_001, 'past_end'],
    ['at the time of the one before', sentUntil(1_000), 1_000, 1_000, 'send'],
    ['before the one before', sentUntil(1_000), 999, 1_000, 'too_early'],
    ['before the first', sentUntil(1_000), -1, 1_000, 'too_early'],
    ['after a pause', sentUntil(100), 5_000, 1_000, 'send'],
    ['at the rate', sentUntil(1_000, 16), 1_066, 1_000, 'send'],
    ['one too early for the rate', sentUntil(1_000, 16), 1_050, 1_000, 'send'],
    ['two too early for the rate', sentUntil(1_000, 17), 1_050, 1_000, 'too_early'],
  ])('%s', (_what, sent, ms, byte_length, admission) => {
    expect(admit(frameAt(ms, byte_length), sent, DEFAULT_CLIENT_LIMITS, 15)).toBe(admission);
  });

  it('of a capture that announced more than is allowed is left to the server', () => {
    expect(admit(frameAt(1_050), sentUntil(1_000, 17), DEFAULT_CLIENT_LIMITS, 60)).toBe('send');
  });
});
