import type { CaptureState } from '../../../libs/capture-domain/src/capture-state.js';
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
  claimed: boolean;

  stream: 'none' | 'asked' | 'open' | 'broken';
  /** Since when the extractor's answer to the open is awaited. */
  stream_asked_at: number | null;
  /** Bytes of each frame in the forward queue, in order. */
  queue: readonly number[];
  /** Since when the first of them is in flight. */
  in_flight_since: number | null;
  /** Whether the queue drops the frames that wait. */
  stopped: boolean;
  /** Frames that the extractor acknowledged. */
  acknowledged: number;
  end: 'none' | 'sent' | 'acknowledged' | 'refused';
  end_code: string | null;
  /** Frames that the queue has dropped at the end and not reported yet. */
  dropped: number;
  /** Bytes of the first of them if it was in flight: its acknowledgement can still be under way. */
  dropped_in_flight: number;
}

/** A client has just connected. */
export function connected(rules: Rules): ModelState {
  return {
    now: 0,
    capture: rules.idle(0),
    client: 'connected',
    verdict: null,
    heard_at: 0,
    no_room_since: null,
    questions: 0,
    session_found: false,
    claimed: false,
    stream: 'none',
    stream_asked_at: null,
    queue: [],
    in_flight_since: null,
    stopped: false,
    acknowledged: 0,
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
    claimed: state.claimed,
    stream: state.stream,
    stream_asked_at: state.stream_asked_at,
    queue: state.queue,
    in_flight_since: state.in_flight_since,
    stopped: state.stopped,
    acknowledged: state.acknowledged,
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
