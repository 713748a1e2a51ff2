import type { CaptureLimits } from '@a3cp/capture-domain';
import type {
  AbortingState,
  ActiveState,
  CaptureState,
  ClosingState,
  OpeningState,
} from '../../../libs/capture-domain/src/capture/state.js';
import type { ModelState } from './model-state.js';
import { SMALL_FRAME } from './small-limits.js';

// a global costs a slow look-up in Jest's sandbox, and these run for every move
const { MAX_SAFE_INTEGER } = Number;
const { ceil, max, min } = Math;

const CLIENTS: readonly ModelState['client'][] = ['connected', 'cut', 'gone'];
const STREAMS: readonly ModelState['stream'][] = ['none', 'asked', 'open', 'broken'];
const ENDS: readonly ModelState['end'][] = ['none', 'sent', 'acknowledged', 'refused'];
const PHASES: readonly CaptureState['phase'][] = ['idle', 'opening', 'active', 'closing', 'aborting', 'closed'];
const ASKED: readonly OpeningState['asking'][] = ['session', 'claim', 'stream'];
const STEPS: readonly (ClosingState | AbortingState)['step'][] = ['opening', 'draining', 'settling', 'ending'];

/** More than there are of anything that is counted. */
const COUNT = 8;

/** The fields of a running capture that the key does without: no rule compares them here, or they follow from others. */
type Implied = 'phase' | 'open' | 'opened_at' | 'record_ids' | 'last_timestamp' | 'delivered_bytes';

type Keyed =
  | 'accepted_at'
  | 'accepted_bytes'
  | 'accepted_frames'
  | 'acknowledged'
  | 'announced'
  | 'buffered_bytes'
  | 'buffered_frames'
  | 'delivered_frames'
  | 'heard_at'
  | 'in_flight_since'
  | 'overdue'
  | 'session';

type None<T extends never> = T;

/** A new field of a running capture does not compile here until it is in one of the two lists. */
export type Forgotten = None<Exclude<keyof ActiveState, Implied | Keyed>>;

/** Two numbers that together are the same for two states only if the same can happen in both. */
export interface StateKey {
  readonly environment: number;
  readonly capture: number;
}

/**
 * Makes the keys of states. These reductions keep the state space small, and lose no behaviour of the rules:
 * - A time counts by its age, and an age by at most one more than the limit it is compared with. No rule tells greater ages
 *   apart.
 * - What other captures hold can change between any two events. So each event that asks for room comes in a free process and
 *   in a full one, and no state remembers which.
 * - Data that no rule compares is the same in all states, or follows from the key: the open, the meta and the record of each
 *   `seq`, the event time of the last frame, the delivered bytes.
 * - Of a verdict counts only whether there is one, and of forwarded frames those that are queued or acknowledged.
 * - Nothing is explored beyond `closed`, where the service lets go.
 * - Where no text is due, one valid message of each event stands for the invalid ones (client-moves.ts). A claim can be answered
 *   twice (moves.ts).
 */
export class StateKeys {
  #key = 0;
  readonly #names = new Map<string, number>();
  readonly #session_ms: number;
  readonly #answer_ms: number;

  constructor(private readonly limits: CaptureLimits) {
    const { session_timeout_ms, session_check_interval_ms, session_retry_interval_ms, session_silence_ms } = limits;
    const { claim_timeout_ms, stream_open_timeout_ms, forward_timeout_ms } = limits;
    const session = [session_timeout_ms, session_check_interval_ms, session_retry_interval_ms, session_silence_ms];
    this.#session_ms = max(...session);
    this.#answer_ms = max(session_timeout_ms, claim_timeout_ms, stream_open_timeout_ms, forward_timeout_ms);
  }

  keyOf(state: ModelState): StateKey {
    this.#key = 0;
    this.#environment(state);
    const environment = this.#key;
    this.#key = 0;
    this.#capture(state.capture, state.now);
    return { environment, capture: this.#key };
  }

  #environment(state: ModelState): void {
    const { limits } = this;
    const { now } = state;
    this.#word(state.client, CLIENTS);
    this.#flag(state.verdict !== null);
    this.#age(state.heard_at, now, limits.silence_timeout_ms);
    this.#age(state.no_room_since, now, limits.forward_grace_ms);
    this.#digit(state.questions, COUNT);
    this.#flag(state.session_found);
    this.#times(state);
    this.#word(state.stream, STREAMS);
    this.#age(state.stream_asked_at, now, limits.stream_open_timeout_ms);
    this.#digit(state.queue.length, COUNT);
    for (const bytes of state.queue) this.#bytes(bytes);
    this.#age(state.in_flight_since, now, limits.forward_timeout_ms);
    this.#flag(state.stopped);
    this.#digit(state.acknowledged, COUNT);
    this.#word(state.end, ENDS);
    this.#digit(state.dropped, COUNT);
    this.#bytes(state.dropped_in_flight);
  }

  /** The times that are measured in the phase of the capture. */
  #times(state: ModelState): void {
    const { limits } = this;
    const { capture, now } = state;
    switch (capture.phase) {
      case 'opening':
        this.#age(state.session_checked_at, now, limits.session_timeout_ms);
        this.#age(state.claimed_at, now, limits.claim_timeout_ms);
        return;
      case 'active':
        this.#age(state.session_checked_at, now, max(limits.session_timeout_ms, limits.session_check_interval_ms));
        this.#age(state.accepted_at, now, limits.max_duration_ms + limits.ingest_grace_ms);
        return;
      case 'closing':
        this.#age(state.closing_since, now, limits.drain_timeout_ms);
        this.#age(state.end_sent_at, now, limits.forward_timeout_ms);
        return;
      case 'aborting':
        this.#age(state.end_sent_at, now, limits.forward_timeout_ms);
        return;
      case 'idle':
      case 'closed':
        return;
    }
  }

  #capture(capture: CaptureState, now: number): void {
    const { limits } = this;
    this.#word(capture.phase, PHASES);
    switch (capture.phase) {
      case 'idle':
        this.#age(capture.connected_at, now, limits.open_timeout_ms);
        return;
      case 'opening':
        this.#word(capture.asking, ASKED);
        this.#age(capture.since, now, this.#answer_ms);
        return;
      case 'active':
        this.#active(capture, now);
        return;
      case 'closing':
        this.#word(capture.step, STEPS);
        this.#age(capture.since, now, max(limits.drain_timeout_ms, limits.forward_timeout_ms));
        this.#forwarding(capture, now);
        return;
      case 'aborting':
        this.#word(capture.step, STEPS);
        this.#age(capture.since, now, this.#answer_ms);
        this.#name(capture.error_code);
        this.#name(capture.record_id);
        this.#digit(capture.delivered_frames, COUNT);
        this.#bytes(capture.buffered_bytes);
        return;
      case 'closed':
        return;
    }
  }

  #active(active: ActiveState, now: number): void {
    const { limits } = this;
    const { announced, acknowledged, session, overdue } = active;
    this.#forwarding(active, now);
    this.#age(active.accepted_at, now, limits.max_duration_ms + limits.ingest_grace_ms);
    this.#age(active.heard_at, now, limits.silence_timeout_ms);
    this.#digit(active.accepted_frames, COUNT);
    this.#bytes(active.accepted_bytes);
    this.#digit(acknowledged.frames, COUNT);
    this.#age(acknowledged.at, now, limits.ack_interval_ms);
    this.#bytes(announced === null ? 0 : announced.meta.byte_length);
    this.#flag(announced?.has_room === true);
    this.#age(announced === null ? null : announced.since, now, limits.forward_grace_ms);
    this.#age(session.asked_at, now, this.#session_ms);
    this.#digit(max(0, ceil(session.ask_at - now)), COUNT);
    this.#age(session.unanswered_since, now, limits.session_silence_ms);
    this.#name(overdue === null ? '' : overdue.error_code);
  }

  #forwarding(capture: ActiveState | ClosingState, now: number): void {
    this.#age(capture.in_flight_since, now, this.limits.forward_timeout_ms);
    this.#digit(capture.delivered_frames, COUNT);
    this.#digit(capture.buffered_frames, COUNT);
    this.#bytes(capture.buffered_bytes);
  }

  /** Appends a digit to the key, which is a number whose digits each have their own base. */
  #digit(digit: number, base: number): void {
    if (!(digit >= 0 && digit < base)) throw new Error(`${digit} is no digit to base ${base}`);
    this.#key = this.#key * base + digit;
    if (this.#key > MAX_SAFE_INTEGER) throw new Error('the key does not fit into a number');
  }

  #flag(flag: boolean): void {
    this.#digit(flag ? 1 : 0, 2);
  }

  #age(since: number | null, now: number, limit: number): void {
    this.#digit(since === null ? 0 : 1 + min(now - since, limit + 1), limit + 3);
  }

  #bytes(bytes: number): void {
    this.#digit(bytes / SMALL_FRAME, COUNT);
  }

  #word(word: string, words: readonly string[]): void {
    this.#digit(words.indexOf(word), words.length);
  }

  /** A word of the rules' own; there are at most 32. */
  #name(name: string): void {
    let digit = this.#names.get(name);
    if (digit === undefined) this.#names.set(name, (digit = this.#names.size));
    this.#digit(digit, 32);
  }
}
