import type { CaptureErrorCode, ClientLimits } from '@a3cp/capture-protocol';
import type { CaptureClaim } from '../ports/capture-claims.js';
import type { CaptureOpen } from './message.js';
import type { CaptureState } from './state.js';
import type { ForwardItem } from './forward-item.js';
import type { StreamEnd, StreamOpen } from '../ports/landmark-forwarder.js';
import type { SessionCheck } from '../ports/session-validator.js';

/** Why a connection ends without a `capture.abort`. PROTOCOL.md, "What ends a connection". */
export type RejectionCause =
  'malformed_json' | 'schema_violation' | 'protocol_violation' | 'open_timeout' | 'server_shutdown' | 'internal_error';

/**
 * What the client receives at the end. `reason` consists of the gateway's words and of numbers. PROTOCOL.md, "What ends a
 * connection".
 */
export type CaptureOutcome =
  | {
      readonly kind: 'completed';
      readonly open: CaptureOpen;
      /** Of the close. */
      readonly record_id: string;
      /** Frames the extractor acknowledged, and their bytes. */
      readonly frame_count: number;
      readonly byte_count: number;
    }
  | {
      readonly kind: 'aborted';
      readonly error_code: CaptureErrorCode;
      readonly reason: string;
      /** Identity of the abort. */
      readonly open: CaptureOpen;
      readonly record_id: string;
    }
  | { readonly kind: 'rejected'; readonly cause: RejectionCause; readonly reason: string };

/** A message to a client of the subprotocol while its capture runs. PROTOCOL.md, "Extension a3cp.capture.v1". */
export type CaptureNotice =
  | {
      readonly kind: 'opened';
      readonly open: CaptureOpen;
      readonly limits: ClientLimits;
      readonly deadline_ms: number;
    }
  | { readonly kind: 'acknowledged'; readonly open: CaptureOpen; readonly seq: number };

/** What a transition wants done. Data only: each carries all that its executor needs. */
export type CaptureEffect =
  | {
      readonly type: 'validate_session';
      readonly user_id: string;
      readonly session_id: string;
      readonly check: SessionCheck;
    }
  | { readonly type: 'claim_capture'; readonly claim: CaptureClaim }
  | { readonly type: 'open_stream'; readonly open: StreamOpen }
  | { readonly type: 'forward'; readonly item: ForwardItem }
  /** Drops the frames that wait; the one in flight is still answered. */
  | { readonly type: 'stop_forwarding' }
  | { readonly type: 'end_stream'; readonly end: StreamEnd }
  | { readonly type: 'notify'; readonly notice: CaptureNotice }
  | { readonly type: 'finish'; readonly outcome: CaptureOutcome };

/** A step of a capture: what it became, and what is to be done about it, in order. */
export interface Transition {
  readonly state: CaptureState;
  readonly effects: readonly CaptureEffect[];
}

const NOTHING: readonly CaptureEffect[] = [];

/** The step in which nothing has to be done. */
export function become(state: CaptureState): Transition {
  return { state, effects: NOTHING };
}
