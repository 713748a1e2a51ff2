import type { CaptureErrorCode, CaptureServerMessage } from '@a3cp/capture-protocol';
import type { CaptureSocketClient } from '@a3cp/testing';

/** What a client was told at the end: the close code, the reason up to its colon, and the code of every `capture.abort`. */
export interface Verdict {
  readonly code: number;
  readonly word: string | undefined;
  readonly aborts: readonly CaptureErrorCode[];
}

export const COMPLETED: Verdict = { code: 1000, word: 'completed', aborts: [] };

/** A running capture that failed. */
export function aborted(error_code: CaptureErrorCode): Verdict {
  return { code: 1000, word: error_code, aborts: [error_code] };
}

/** A connection that ended without a `capture.abort`. */
export function closedWith(code: number, word: string): Verdict {
  return { code, word, aborts: [] };
}

/** Waits for the close. */
export async function verdictOf(client: CaptureSocketClient): Promise<Verdict> {
  const { code, reason } = await client.closed;
  return { code, word: reason.split(':')[0], aborts: client.messages.map(errorCode) };
}

/** Closes the capture, which must then have been delivered whole. */
export async function completed(client: CaptureSocketClient): Promise<Verdict> {
  client.close();
  return verdictOf(client);
}

function errorCode(message: CaptureServerMessage): CaptureErrorCode {
  if (message.event !== 'capture.abort') throw new Error(`${message.event} was not asked for`);
  return message.error_code;
}
