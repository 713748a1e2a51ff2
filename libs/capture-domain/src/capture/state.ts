import type { CaptureErrorCode, DownstreamErrorCode } from '@a3cp/capture-protocol';
import type { CaptureFrameMeta, CaptureOpen } from './message.js';
import type { GrowingSet } from './growing-set.js';
import type { SessionWatch } from './session-watch.js';

/** Connected, no `capture.open` yet. Times named `…_at` and `since` are monotonic milliseconds. */
export interface IdleState {
  readonly phase: 'idle';
  readonly connected_at: number;
}

/** Opened by the client; session_manager, the keeper of the claims, then the extractor, is being asked. */
export interface OpeningState {
  readonly phase: 'opening';
  readonly open: CaptureOpen;
  readonly opened_at: number;
  readonly asking: 'session' | 'claim' | 'stream';
  readonly since: number;
}

/** How far the frames of a capture have come. The counters are the bound of the forward buffer. */
export interface Forwarding {
  readonly open: CaptureOpen;
  /** Event time of the last accepted frame, else of the start, in milliseconds. */
  readonly last_timestamp: number;
  /** Frames the extractor acknowledged; also the `seq` of the last of them. */
  readonly delivered_frames: number;
  /** Bytes of those frames. */
  readonly delivered_bytes: number;
  /** Frames accepted and not acknowledged, the one in flight counted. */
  readonly buffered_frames: number;
  readonly buffered_bytes: number;
  /** Since when the first of them is in flight. */
  readonly in_flight_since: number;
}

/** A `capture.frame_meta` whose bytes are due. */
export interface AnnouncedFrame {
  readonly meta: CaptureFrameMeta;
  /** Whether the forward buffer has room for it; the socket is read only then. */
  readonly has_room: boolean;
  /** Since when it waits for room, if it does. */
  readonly since: number;
}

/** Frames flow. */
export interface ActiveState extends Forwarding {
  readonly phase: 'active';
  readonly opened_at: number;
  readonly accepted_at: number;
  /** Every `record_id` of this connection, lower case. */
  readonly record_ids: GrowingSet;
  /** Frames accepted; also the `seq` of the last of them. */
  readonly accepted_frames: number;
  readonly accepted_bytes: number;
  /** When the last bytes of a message arrived, or the socket was read again. */
  readonly heard_at: number;
  /** The last `capture.ack` to the client, and when. */
  readonly acknowledged: { readonly frames: number; readonly at: number };
  readonly announced: AnnouncedFrame | null;
  readonly session: SessionWatch;
  /** A client timer has fired: the session is asked once more before this becomes the verdict. */
  readonly overdue: { readonly error_code: CaptureErrorCode; readonly reason: string } | null;
}

/** A valid `capture.close` was accepted: what waits is delivered, then the end. */
export interface ClosingState extends Forwarding {
  readonly phase: 'closing';
  readonly record_id: string;
  readonly timestamp_end: Date;
  readonly step: 'draining' | 'ending';
  readonly since: number;
}

/** The client has its verdict; the extractor still has to get its end. */
export interface AbortingState {
  readonly phase: 'aborting';
  readonly open: CaptureOpen;
  readonly error_code: DownstreamErrorCode;
  readonly record_id: string;
  readonly timestamp_end: Date;
  readonly delivered_frames: number;
  /** Bytes of the frames that were waiting, counted until the one in flight is answered. */
  readonly buffered_bytes: number;
  /** What is awaited: the extractor's answer to the open, to the frame in flight, or to the end. */
  readonly step: 'opening' | 'settling' | 'ending';
  readonly since: number;
}

/** Nothing is left to do. */
export interface ClosedState {
  readonly phase: 'closed';
}

/** A capture, as a value. */
export type CaptureState = IdleState | OpeningState | ActiveState | ClosingState | AbortingState | ClosedState;

/** A connection as it begins. */
export function idle(now: number): IdleState {
  return { phase: 'idle', connected_at: now };
}

/** Whether the client's next message may be decided now; if not, its socket is not read. PROTOCOL.md, "Flow control". */
export function acceptsInput(state: CaptureState): boolean {
  switch (state.phase) {
    case 'opening':
    case 'closing':
      return false;
    case 'active':
      return state.overdue === null && (state.announced === null || state.announced.has_room);
    case 'idle':
    case 'aborting':
    case 'closed':
      return true;
  }
}

/**
 * Frame bytes the capture holds or has been promised room for; all captures of a process share `max_buffered_bytes`.
 * PROTOCOL.md, "Limits".
 */
export function heldBytes(state: CaptureState): number {
  switch (state.phase) {
    case 'active':
      return state.buffered_bytes + (state.announced?.has_room ? state.announced.meta.byte_length : 0);
    case 'closing':
      return state.buffered_bytes;
    case 'aborting':
      return state.step === 'settling' ? state.buffered_bytes : 0;
    case 'idle':
    case 'opening':
    case 'closed':
      return 0;
  }
}

/** The state with other values for some of its fields. */
export function changed<State extends CaptureState>(state: State, changes: Partial<State>): State {
  return Object.assign(copyOf(state) as State, changes);
}

/** Field by field where every frame passes: Object.assign costs V8 ten times as much, and a spread more. */
function copyOf(state: CaptureState): CaptureState {
  if (state.phase !== 'active') return { ...state };
  const copy: ActiveState = {
    phase: state.phase,
    open: state.open,
    opened_at: state.opened_at,
    accepted_at: state.accepted_at,
    record_ids: state.record_ids,
    accepted_frames: state.accepted_frames,
    accepted_bytes: state.accepted_bytes,
    last_timestamp: state.last_timestamp,
    heard_at: state.heard_at,
    announced: state.announced,
    acknowledged: state.acknowledged,
    delivered_frames: state.delivered_frames,
    delivered_bytes: state.delivered_bytes,
    buffered_frames: state.buffered_frames,
    buffered_bytes: state.buffered_bytes,
    in_flight_since: state.in_flight_since,
    session: state.session,
    overdue: state.overdue,
  };
  return copy;
}
