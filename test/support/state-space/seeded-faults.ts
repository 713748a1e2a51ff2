import type { Fault } from './faulty-rules.js';

const OPEN = 'the client sends capture.open';
const FOUND = 'session_manager answers "active"';
const GRANTED = 'the claim is granted';
const ACCEPTED = [OPEN, FOUND, GRANTED, 'the extractor accepts the capture'];
const META = 'the client sends the meta of a small frame';
const FRAME = [META, 'the client sends a small frame'];
const NO_ROOM = `${META} while other captures hold all memory`;
const LARGE_META = 'the client sends the meta of a large frame';
const LARGE_FRAME = 'the client sends a large frame';
const CLOSE = 'the client sends capture.close';
const ACK = 'the extractor acknowledges a frame';
const MS = '1 ms passes';
const TICK = 'the clock ticks';

/** A fault for a copy of the rules, and how the exploration reports it. */
export interface SeededFault extends Fault {
  readonly name: string;
  /** The invariant that it breaks. */
  readonly reported: string;
  /** The shortest sequence of moves that breaks it. */
  readonly moves: readonly string[];
}

/** Faults of every kind: of the buffers, the endings, the verdicts, the checks and the timers. */
export const SEEDED_FAULTS: readonly SeededFault[] = [
  {
    name: 'the buffer takes one frame more than its limit',
    file: 'phases/active.ts',
    from: 'state.buffered_frames < limits.max_forward_buffer_frames',
    to: 'state.buffered_frames <= limits.max_forward_buffer_frames',
    reported: 'the forward buffer holds 3 frames',
    moves: [...ACCEPTED, ...FRAME, ...FRAME, ...FRAME],
  },
  {
    name: 'the socket is read while a frame waits for room',
    file: 'capture/state.ts',
    from: 'state.overdue === null && (state.announced === null || state.announced.has_room)',
    to: 'state.overdue === null',
    reported: 'the forward buffer holds 80 bytes',
    moves: [...ACCEPTED, LARGE_META, LARGE_FRAME, LARGE_META, LARGE_FRAME],
  },
  {
    name: 'the bytes of an acknowledged frame stay counted',
    file: 'phases/ending.ts',
    from: 'buffered_bytes: state.buffered_bytes - byte_length',
    to: 'buffered_bytes: state.buffered_bytes',
    reported: '20 bytes are counted, 0 are queued or promised',
    moves: [...ACCEPTED, ...FRAME, ACK],
  },
  {
    name: 'a frame that waits does not look at what other captures hold',
    file: 'phases/active.ts',
    from: 'if (!fitsBuffer(state, announced.meta.byte_length, limits, held_bytes)) return state;',
    to: 'if (!fitsBuffer(state, announced.meta.byte_length, limits, 0)) return state;',
    reported: 'the process holds 140 bytes',
    moves: [...ACCEPTED, NO_ROOM, `${TICK} while other captures hold all memory`],
  },
  {
    name: 'the close does not wait for the last frame',
    file: 'phases/closing.ts',
    from: 'return settled.buffered_frames === 0 ? endClosing',
    to: 'return settled.buffered_frames <= 1 ? endClosing',
    reported: 'the close comes before all frames are acknowledged',
    moves: [...ACCEPTED, ...FRAME, ...FRAME, CLOSE, ACK],
  },
  {
    name: 'a refused end completes the capture',
    file: 'phases/closing.ts',
    from: "return abort(state, now, 'forward_failed', 'the extractor failed');",
    to: 'return { state: CLOSED, effects: [completed(state)] };',
    reported: 'the capture is completed before everything is acknowledged',
    moves: [...ACCEPTED, CLOSE, 'the extractor refuses the end'],
  },
  {
    name: 'an abort after the end sends another end',
    file: 'phases/ending.ts',
    from: "if (state.phase === 'closing' && state.step === 'ending') return become(CLOSED);",
    to: '',
    reported: 'the stream gets a second end',
    moves: [...ACCEPTED, CLOSE, 'the extractor refuses the end'],
  },
  {
    name: 'a frame acknowledged during an abort does not count',
    file: 'phases/aborting.ts',
    from: 'delivered_frames: state.delivered_frames + 1',
    to: 'delivered_frames: state.delivered_frames',
    reported: 'the end counts 0 frames, the extractor acknowledged 1',
    moves: [...ACCEPTED, ...FRAME, OPEN, ACK],
  },
  {
    name: 'a late acceptance gets no end',
    file: 'phases/aborting.ts',
    from: "state.step === 'opening' ? endAborting(state, now)",
    to: "state.step === 'opening' ? become(CLOSED)",
    reported: 'an accepted stream gets no end',
    moves: [OPEN, FOUND, GRANTED, 'the client exceeds a bound of its socket', 'the extractor accepts the capture'],
  },
  {
    name: 'a fault of the server gives up an open that can still be accepted',
    file: 'phases/aborting.ts',
    from: "if (state.step === 'opening') return become(state);",
    to: '',
    reported: 'stream_open_timeout_ms fires too early',
    moves: [OPEN, FOUND, GRANTED, 'the client exceeds a bound of its socket', 'the server fails'],
  },
  {
    name: 'an abort forwards the frames that wait',
    file: 'phases/ending.ts',
    from: "effects: [{ type: 'stop_forwarding' }, ...effects]",
    to: 'effects',
    reported: 'an abort does not stop forwarding',
    moves: [...ACCEPTED, ...FRAME, OPEN],
  },
  {
    name: 'the capture goes on after a malformed message',
    file: 'phases/ending.ts',
    from: "withEffect(endDownstream(state, now, 'protocol_violation', record_id), {",
    to: 'withEffect(become(state), {',
    reported: 'the capture goes on after malformed',
    moves: [OPEN, 'the client exceeds a bound of its socket'],
  },
  {
    name: 'an abort tells its client again when it sends the end',
    file: 'phases/ending.ts',
    from: "effects: [endStream(state, { event: 'capture.abort', error_code, record_id, timestamp_end })]",
    to: `effects: [
      endStream(state, { event: 'capture.abort', error_code, record_id, timestamp_end }),
      aborted(state.open, 'forward_failed', 'the stream ends', record_id),
    ]`,
    reported: 'the client gets a second verdict',
    moves: [OPEN, FOUND, GRANTED, 'the client exceeds a bound of its socket', 'the extractor accepts the capture'],
  },
  {
    name: 'a shutdown tells the client nothing',
    file: 'phases/ending.ts',
    from: "return abort(state, now, 'server_shutdown', 'the server is shutting down');",
    to: "return endDownstream(state, now, 'server_shutdown', record_id);",
    reported: 'a connected client gets no verdict',
    moves: [OPEN, 'the server shuts down'],
  },
  {
    name: 'an open passes while session_manager is unavailable',
    file: 'phases/opening.ts',
    from: "return refuse(state.open, 'session_unavailable', 'the session could not be checked');",
    to: "return sessionAnswered(state, 'active', now);",
    reported: 'the stream is opened before the session is found active',
    moves: [OPEN, 'session_manager answers "unavailable"', GRANTED],
  },
  {
    name: 'a late answer to a claim opens the stream again',
    file: 'phases/opening.ts',
    from: "return state.asking === 'claim' ? claimAnswered(state, event.answer, now) : become(state);",
    to: 'return claimAnswered(state, event.answer, now);',
    reported: 'the stream is opened twice',
    moves: [OPEN, FOUND, GRANTED, GRANTED],
  },
  {
    name: 'the time of the second frame runs from the first',
    file: 'phases/ending.ts',
    from: '    in_flight_since: now,\n',
    to: '',
    reported: 'forward_timeout_ms fires too early',
    moves: [...ACCEPTED, ...FRAME, ...FRAME, MS, ACK, MS, TICK],
  },
  {
    name: 'the client counts as silent while its socket is not read',
    file: 'phases/active.ts',
    from: 'changed(state, { heard_at: now, announced: { ...announced, has_room: true } })',
    to: 'changed(state, { announced: { ...announced, has_room: true } })',
    reported: 'silence_timeout_ms fires too early',
    moves: [...ACCEPTED, NO_ROOM, MS, MS, MS, TICK],
  },
  {
    name: 'each tick counts as heard',
    file: 'phases/active.ts',
    from: 'event.heard ? hear(state, now) : state',
    to: 'hear(state, now)',
    reported: 'silence_timeout_ms does not fire',
    moves: [...ACCEPTED, MS, MS, MS, TICK],
  },
  {
    name: 'a session is not checked again',
    file: 'phases/active.ts',
    from: 'const asks = session.asked_at === null && now >= session.ask_at;',
    to: 'const asks = false;',
    reported: 'session_check_interval_ms does not fire',
    moves: [...ACCEPTED, MS, TICK],
  },
  {
    name: 'a record_id in another case counts as another',
    file: 'phases/active.ts',
    from: 'record_ids.has(message.record_id.toLowerCase())',
    to: 'record_ids.has(message.record_id)',
    reported: 'the capture goes on after an invalid message',
    moves: [...ACCEPTED, 'the client sends a meta with a used record_id'],
  },
  {
    name: 'the acknowledgement of the end has no timeout',
    file: 'phases/closing.ts',
    from: 'return now - state.since > limits.forward_timeout_ms\n',
    to: 'return now < 0\n',
    reported: 'forward_timeout_ms does not fire',
    moves: [...ACCEPTED, CLOSE, MS, MS, TICK],
  },
  {
    name: 'the session of a silent client is awaited for ever',
    file: 'phases/active.ts',
    from: 'if (overdue) return answer_overdue ?',
    to: 'if (overdue) return now < 0 ?',
    reported: 'session_timeout_ms does not fire',
    moves: [...ACCEPTED, MS, TICK, MS, MS, TICK, TICK],
  },
];
