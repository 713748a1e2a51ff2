import type { CaptureEvent, CaptureOutcome, CaptureState, RejectionCause, Transition } from '@a3cp/capture-domain';
import { CAPTURE_ERROR_CODES, type CaptureErrorCode } from '@a3cp/capture-protocol';

/**
 * How a capture ended, in the words of metrics and traces: `completed`; `aborted` with a `capture.abort`; `rejected`, closed
 * without one; `lost`, because its client disconnected. All words are the gateway's own, so their number is bounded.
 */
interface CaptureVerdict {
  readonly outcome: CaptureOutcome['kind'] | 'lost';
  readonly error_code: CaptureErrorCode | RejectionCause | 'client_disconnected' | 'none';
}

/** Every cause there is, in the order of PROTOCOL.md, "What ends a connection". */
export const REJECTION_CAUSES: readonly RejectionCause[] = [
  'malformed_json',
  'schema_violation',
  'protocol_violation',
  'open_timeout',
  'server_shutdown',
  'internal_error',
];

const COMPLETED: CaptureVerdict = { outcome: 'completed', error_code: 'none' };
const OVERSIZED: CaptureVerdict = { outcome: 'rejected', error_code: 'limit_frame_bytes_exceeded' };
const LOST: CaptureVerdict = { outcome: 'lost', error_code: 'client_disconnected' };

/** Every verdict on a capture. A timeout of the open is not one, since there is no capture without an open. */
export const CAPTURE_VERDICTS: readonly CaptureVerdict[] = [
  COMPLETED,
  ...CAPTURE_ERROR_CODES.map((error_code): CaptureVerdict => ({ outcome: 'aborted', error_code })),
  ...REJECTION_CAUSES.filter((cause) => cause !== 'open_timeout' && cause !== 'server_shutdown').map(
    (error_code): CaptureVerdict => ({ outcome: 'rejected', error_code }),
  ),
  OVERSIZED,
  LOST,
];

/** The verdict of a step, for the client and for observers; null without one. */
export function verdictOf(event: CaptureEvent, before: CaptureState, { effects }: Transition): CaptureVerdict | null {
  if (before.phase === 'closed') return null;
  for (const effect of effects) if (effect.type === 'finish') return verdictOfOutcome(effect.outcome);
  // a client that is gone, or has broken the transport, receives no outcome
  const runs = before.phase === 'opening' || before.phase === 'active';
  if (runs && event.type === 'disconnected') return LOST;
  if (runs && event.type === 'oversized') return OVERSIZED;
  return null;
}

function verdictOfOutcome(outcome: CaptureOutcome): CaptureVerdict {
  switch (outcome.kind) {
    case 'completed':
      return COMPLETED;
    case 'aborted':
      return { outcome: 'aborted', error_code: outcome.error_code };
    case 'rejected':
      return { outcome: 'rejected', error_code: outcome.cause };
  }
}
