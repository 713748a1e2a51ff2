import type { CaptureState } from '../../../libs/capture-domain/src/capture/state.js';
import type { Rules } from './rules.js';

/**
 * One capture and its environment: the client, session_manager, the forward queue and the extractor. The environment is
 * derived from events and effects alone, so the invariants can compare it with the state of the rules. Times are `now`'s.
 */
export interface ModelState {
  now: number;
  capture: CaptureState;

  /** `cut`: the transport has closed the socket, and the gateway does not know yet. */
  client: 'connected' | 'cut' | 'gone';
  /** What the client was told at the end: `completed`, an error code, or the cause of a rejection. */
  verdict: string | null;
  /** When bytes of the client last arrived, or its socket was read again. */
  heard_at: number;
  /** Since when the socket is not read because the announced frame has no room. */
  no_room_since: number | null;

  /** Unanswered questions to session_manager. */
  questions: number;
  /** Whether session_manager has answered `active`. */
  session_found: boolean;
  /** When a question was last asked or answered, or the capture was accepted. */
  session_checked_at: number;
  /** When the capture was claimed, if it was. */
  claimed_at: number | null;

  stream: 'none' | 'asked' | 'open' | 'broken';
  /** Since when the extractor's answer to the open is awaited. */
  stream_asked_at: number | null;
  /** When the extractor accepted the capture, if it has. */
  accepted_at: number;
  /** Bytes of each frame in the forward queue, in order. */
  queue: readonly number[];
  /** Since when the first of them is in flight. */
  in_flight_since: number | null;
  /** Whether the queue drops the frames that wait. */
  stopped: boolean;
  /** Frames that the queue handed to the extractor, and those it acknowledged. */
  forwarded: number;
  acknowledged: number;
  acknowledged_bytes: number;
  /** When the client's close was accepted, and when the end was sent. */
  closing_since: number;
  end_sent_at: number;
  end: 'none' | 'sent' | 'acknowledged' | 'refused';
  end_code: string | null;
  /** Frames that the queue has dropped at the end and not reported yet. */
  dropped: number;
  /** Bytes of the first of them if it was in flight: its acknowledgement can still be under way. */
  dropped_in_flight: number;
}

/** When a client connects, in milliseconds. */
export const CONNECTED_AT = 1;

/** A client has just connected. */
export function connected(rules: Rules): ModelState {
  return {
    now: CONNECTED_AT,
    capture: rules.idle(CONNECTED_AT),
    client: 'connected',
    verdict: null,
    heard_at: 0,
    no_room_since: null,
    questions: 0,
    session_found: false,
    session_checked_at: 0,
    claimed_at: null,
    stream: 'none',
    stream_asked_at: null,
    accepted_at: 0,
    queue: [],
    in_flight_since: null,
    stopped: false,
    forwarded: 0,
    acknowledged: 0,
    acknowledged_bytes: 0,
    closing_since: 0,
    end_sent_at: 0,
    end: 'none',
    end_code: null,
    dropped: 0,
    dropped_in_flight: 0,
  };
}

/** Copies field by field: this runs millions of times, and a spread takes several times as long. */
export function copyOf(state: ModelState): ModelState {
  return {
    now: state.now,
    capture: state.capture,
    client: state.client,
    verdict: state.verdict,
    heard_at: state.heard_at,
    no_room_since: state.no_room_since,
    questions: state.questions,
    session_found: state.session_found,
    session_checked_at: state.session_checked_at,
    claimed_at: state.claimed_at,
    stream: state.stream,
    stream_asked_at: state.stream_asked_at,
    accepted_at: state.accepted_at,
    queue: state.queue,
    in_flight_since: state.in_flight_since,
    stopped: state.stopped,
    forwarded: state.forwarded,
    acknowledged: state.acknowledged,
    acknowledged_bytes: state.acknowledged_bytes,
    closing_since: state.closing_since,
    end_sent_at: state.end_sent_at,
    end: state.end,
    end_code: state.end_code,
    dropped: state.dropped,
    dropped_in_flight: state.dropped_in_flight,
  };
}

/** Whether the extractor has accepted the capture. */
export function isAccepted({ stream }: ModelState): boolean {
  return stream === 'open' || stream === 'broken';
}

/** Whether the gateway still takes messages of the client. */
export function isAttended({ client, verdict }: ModelState): boolean {
  return client === 'connected' && verdict === null;
}

/** Whether the announced frame waits for room. */
export function waitsForRoom({ capture }: ModelState): boolean {
  return capture.phase === 'active' && capture.announced !== null && !capture.announced.has_room;
}

/** Bytes of the announced frame; 0 if there is none. */
export function announcedBytes({ capture }: ModelState): number {
  return capture.phase === 'active' && capture.announced !== null ? capture.announced.meta.byte_length : 0;
}
