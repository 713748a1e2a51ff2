import type { CaptureEvent } from '../../../libs/capture-domain/src/capture-event.js';
import { CLIENT_MOVES } from './client-moves.js';
import { isAttended, type ModelState } from './model-state.js';
import { always, crowded, type Move } from './move.js';

type EventOf<Type extends CaptureEvent['type']> = Extract<CaptureEvent, { type: Type }>;

function sessionAnswers(status: EventOf<'session.answered'>['status']): Move {
  return {
    words: `session_manager answers "${status}"`,
    isPossible: ({ questions }) => questions > 0,
    event: always({ type: 'session.answered', status }),
    happens: (state) => {
      state.questions -= 1;
      state.session_found ||= status === 'active';
    },
  };
}

/** The answer can come late and, which is more than can happen, more than once: the model then needs no memory of it. */
function claimIs(words: string, answer: EventOf<'claim.answered'>['answer']): Move {
  return {
    words: `the claim is ${words}`,
    isPossible: ({ claimed }) => claimed,
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

function answersOpen(stream: 'open' | 'none') {
  return (state: ModelState): void => {
    state.stream = stream;
    state.stream_asked_at = null;
  };
}

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
  isPossible: ({ in_flight_since }) => in_flight_since !== null,
  event: ({ queue }) => ({ type: 'forward.settled', byte_length: queue[0] ?? 0 }),
  happens: (state) => {
    leaveQueue(state);
    state.acknowledged += 1;
  },
};

const EXTRACTOR_MOVES: readonly Move[] = [
  {
    words: 'the extractor accepts the capture',
    isPossible: ({ stream }) => stream === 'asked',
    event: always({ type: 'stream.opened', jitter: 0 }),
    happens: answersOpen('open'),
  },
  {
    words: 'the extractor refuses the capture',
    isPossible: ({ stream }) => stream === 'asked',
    event: always({ type: 'stream.refused', refusal: null }),
    happens: answersOpen('none'),
  },
  ACKNOWLEDGES,
  crowded(ACKNOWLEDGES),
  {
    words: 'the extractor refuses a frame',
    isPossible: ({ in_flight_since }) => in_flight_since !== null,
    event: always({ type: 'forward.failed' }),
    happens: leaveQueue,
  },
  {
    words: 'the stream breaks',
    isPossible: ({ stream }) => stream === 'open',
    event: always({ type: 'forward.failed' }),
    happens: (state) => (state.stream = 'broken'),
  },
  {
    // the queue gives up the frame in flight with the end, in the moment in which its acknowledgement is on its way here
    words: 'the acknowledgement of a frame arrives after the end',
    isPossible: ({ dropped_in_flight }) => dropped_in_flight > 0,
    event: ({ dropped_in_flight }) => ({ type: 'forward.settled', byte_length: dropped_in_flight }),
    happens: reportDropped,
  },
  {
    words: 'the queue reports a dropped frame',
    isPossible: ({ dropped }) => dropped > 0,
    event: always({ type: 'forward.failed' }),
    happens: reportDropped,
  },
  {
    words: 'the extractor acknowledges the end',
    isPossible: ({ end }) => end === 'sent',
    event: always({ type: 'end.settled' }),
    happens: (state) => (state.end = 'acknowledged'),
  },
  {
    words: 'the extractor refuses the end',
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
