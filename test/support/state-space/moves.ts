import type { CaptureEvent } from '../../../libs/capture-domain/src/capture/event.js';
import { CLIENT_MOVES } from './client-moves.js';
import { isAttended, type ModelState } from './model-state.js';
import { always, crowded, type Move } from './move.js';

type EventOf<Type extends CaptureEvent['type']> = Extract<CaptureEvent, { type: Type }>;

function sessionAnswers(status: EventOf<'session.answered'>['status']): Move {
  return {
    words: `session_manager answers "${status}"`,
    settles: 'validate',
    isPossible: ({ questions }) => questions > 0,
    event: always({ type: 'session.answered', status }),
    happens: (state) => {
      state.questions -= 1;
      state.session_checked_at = state.now;
      state.session_found ||= status === 'active';
    },
  };
}

/** The answer can be late. It can also come twice, which no service does, so that no state remembers whether it came. */
function claimIs(words: string, answer: EventOf<'claim.answered'>['answer']): Move {
  return {
    words: `the claim is ${words}`,
    settles: 'claim',
    isPossible: ({ claimed_at }) => claimed_at !== null,
    event: always({ type: 'claim.answered', answer }),
  };
}

const SESSION_MOVES: readonly Move[] = [
  sessionAnswers('active'),
  sessionAnswers('closed'),
  sessionAnswers('invalid'),
  sessionAnswers('unavailable'),
  {
    words: 'session_manager reports that the session has ended',
    isPossible: ({ capture }) => capture.phase !== 'idle',
    event: always({ type: 'session.closed' }),
  },
  claimIs('granted', 'granted'),
  claimIs('refused', { error_code: 'limit_concurrent_captures_exceeded', reason: 'limit 4 for one user' }),
  claimIs('unavailable', 'unavailable'),
];

function leaveQueue(state: ModelState): void {
  state.queue = state.queue.slice(1);
  state.in_flight_since = null;
}

function reportDropped(state: ModelState): void {
  state.dropped -= 1;
  state.dropped_in_flight = 0;
}

const ACKNOWLEDGES: Move = {
  words: 'the extractor acknowledges a frame',
  settles: 'forward',
  isPossible: ({ in_flight_since }) => in_flight_since !== null,
  event: ({ queue }) => ({ type: 'forward.settled', byte_length: queue[0] ?? 0 }),
  happens: (state) => {
    state.acknowledged += 1;
    state.acknowledged_bytes += state.queue[0] ?? 0;
    leaveQueue(state);
  },
};

const STREAM_BREAKS: Move = {
  words: 'the stream breaks',
  settles: 'stream',
  isPossible: ({ stream }) => stream === 'open',
  event: always({ type: 'forward.failed' }),
  happens: (state) => (state.stream = 'broken'),
};

/** The queue gives up the frame in flight with the end while its acknowledgement is on its way. */
export const LATE_ACKNOWLEDGEMENT: Move = {
  words: 'the acknowledgement of a frame arrives after the end',
  isPossible: ({ dropped_in_flight }) => dropped_in_flight > 0,
  event: ({ dropped_in_flight }) => ({ type: 'forward.settled', byte_length: dropped_in_flight }),
  happens: reportDropped,
};

const DROP_IS_REPORTED: Move = {
  words: 'the queue reports a dropped frame',
  isPossible: ({ dropped }) => dropped > 0,
  event: always({ type: 'forward.failed' }),
  happens: reportDropped,
};

function refusesCapture(words: string, refusal: EventOf<'stream.refused'>['refusal']): Move {
  return {
    words,
    settles: 'open',
    isPossible: ({ stream }) => stream === 'asked',
    event: always({ type: 'stream.refused', refusal }),
    happens: (state) => {
      state.stream = 'none';
      state.stream_asked_at = null;
    },
  };
}

const EXTRACTOR_MOVES: readonly Move[] = [
  {
    words: 'the extractor accepts the capture',
    settles: 'open',
    isPossible: ({ stream }) => stream === 'asked',
    event: always({ type: 'stream.opened', jitter: 0 }),
    happens: (state) => {
      state.stream = 'open';
      state.stream_asked_at = null;
      state.accepted_at = state.now;
      state.session_checked_at = state.now;
    },
  },
  refusesCapture('the extractor refuses the capture', null),
  refusesCapture('the extractor refuses a used capture_id', 'duplicate_capture'),
  ACKNOWLEDGES,
  crowded(ACKNOWLEDGES),
  {
    words: 'the extractor refuses a frame',
    settles: 'forward',
    isPossible: ({ in_flight_since }) => in_flight_since !== null,
    event: always({ type: 'forward.failed' }),
    happens: leaveQueue,
  },
  STREAM_BREAKS,
  LATE_ACKNOWLEDGEMENT,
  DROP_IS_REPORTED,
  {
    words: 'the extractor acknowledges the end',
    settles: 'end',
    isPossible: ({ end }) => end === 'sent',
    event: always({ type: 'end.settled' }),
    happens: (state) => (state.end = 'acknowledged'),
  },
  {
    words: 'the extractor refuses the end',
    settles: 'end',
    isPossible: ({ end }) => end === 'sent',
    event: always({ type: 'end.failed' }),
    happens: (state) => (state.end = 'refused'),
  },
];

const SERVER_MOVES: readonly Move[] = [
  { words: 'the server shuts down', isPossible: () => true, event: always({ type: 'shutdown' }) },
  { words: 'the server fails', isPossible: () => true, event: always({ type: 'internal_error' }) },
];

/** Time passes without a tick: on a busy machine a tick can be late by any time. */
export const TIME_PASSES: Move = { words: '1 ms passes', isPossible: () => true, event: null };

const TICK: Move = { words: 'the clock ticks', isPossible: () => true, event: always({ type: 'tick', heard: false }) };
const HEARD_TICK: Move = {
  words: 'the clock ticks after bytes arrived',
  isPossible: isAttended,
  event: always({ type: 'tick', heard: true }),
};

/** The ticks while the client is silent. */
export const SILENT_TICKS: readonly Move[] = [TICK, crowded(TICK)];

/** Every tick. */
export const TICKS: readonly Move[] = [...SILENT_TICKS, HEARD_TICK, crowded(HEARD_TICK)];

/** Everything that can happen. */
export const MOVES: readonly Move[] = [
  ...CLIENT_MOVES,
  ...SESSION_MOVES,
  ...EXTRACTOR_MOVES,
  ...SERVER_MOVES,
  TIME_PASSES,
  ...TICKS,
];
