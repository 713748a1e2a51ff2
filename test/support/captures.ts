import {
  type CaptureGrant,
  type CaptureOutcome,
  captureLimits,
  type CaptureLimits,
  type StreamEnd,
} from '@a3cp/capture-domain';
import type { CaptureEffect } from '../../libs/capture-domain/src/capture/effect.js';
import type { CaptureEvent, CaptureLoad } from '../../libs/capture-domain/src/capture/event.js';
import type { CaptureClose, CaptureFrameMeta, CaptureOpen } from '../../libs/capture-domain/src/capture/message.js';
import { type CaptureState, heldBytes, idle } from '../../libs/capture-domain/src/capture/state.js';
import { transition } from '../../libs/capture-domain/src/transition.js';
import { jpegOf } from './jpeg.js';

const START = Date.UTC(2026, 0, 1);

/** A moment of event time, in milliseconds since the capture's start. */
export function eventTime(ms: number): Date {
  return new Date(START + ms);
}

let records = 0;

/** A record_id no message had before; with a letter in it, so that its case can be changed. */
export function freshRecord(): string {
  records += 1;
  return `abcdef00-0000-4000-8000-${String(records).padStart(12, '0')}`;
}

type EventOf<Type extends CaptureEvent['type']> = Extract<CaptureEvent, { type: Type }>;

const ALONE: CaptureLoad = {
  capture_id_active: false,
  captures: 0,
  captures_of_user: 0,
  captures_of_session: 0,
  opens_of_address: 1,
};

/** A valid open, with what a test wants otherwise; nothing else runs in the process unless `load` says so. */
export function openEvent(
  overrides: Partial<CaptureOpen> = {},
  load: Partial<CaptureLoad> = {},
  grant: CaptureGrant | null = null,
): EventOf<'capture.open'> {
  const message: CaptureOpen = {
    schema_version: '1.0.1',
    record_id: freshRecord(),
    capture_id: 'c1',
    user_id: 'u1',
    session_id: 's1',
    modality: null,
    timestamp_start: eventTime(0),
    fps_target: 15,
    width: 640,
    height: 480,
    encoding: 'jpeg',
    ...overrides,
  };
  return { type: 'capture.open', message, load: { ...ALONE, ...load }, grant };
}

function correlation() {
  return { record_id: freshRecord(), capture_id: 'c1', user_id: 'u1', session_id: 's1' };
}

/** A valid meta, of a frame taken 1/15 s after the one before. */
export function metaEvent(overrides: Partial<CaptureFrameMeta> = {}): EventOf<'capture.frame_meta'> {
  const { seq = 1 } = overrides;
  const timestamp_frame = eventTime(Math.round(((seq - 1) * 1000) / 15));
  const message = { ...correlation(), seq, timestamp_frame, byte_length: 1_000, ...overrides };
  return { type: 'capture.frame_meta', message };
}

/** A valid close at the last millisecond a capture may have. */
export function closeEvent(overrides: Partial<CaptureClose> = {}): EventOf<'capture.close'> {
  return { type: 'capture.close', message: { ...correlation(), timestamp_end: eventTime(15_000), ...overrides } };
}

/** One event of every type there is. */
export const EVENTS: { readonly [Type in CaptureEvent['type']]: EventOf<Type> } = {
  'capture.open': openEvent(),
  'capture.frame_meta': metaEvent(),
  frame_bytes: { type: 'frame_bytes', payload: jpegOf() },
  'capture.close': closeEvent(),
  malformed: { type: 'malformed', cause: 'malformed_json', reason: 'text is not JSON' },
  oversized: { type: 'oversized' },
  disconnected: { type: 'disconnected' },
  'session.answered': { type: 'session.answered', status: 'active' },
  'session.closed': { type: 'session.closed' },
  'claim.answered': { type: 'claim.answered', answer: 'granted' },
  'stream.opened': { type: 'stream.opened', jitter: 0 },
  'stream.refused': { type: 'stream.refused', refusal: null },
  'forward.settled': { type: 'forward.settled', byte_length: 1_000 },
  'forward.failed': { type: 'forward.failed' },
  'end.settled': { type: 'end.settled' },
  'end.failed': { type: 'end.failed' },
  tick: { type: 'tick', heard: false },
  shutdown: { type: 'shutdown' },
  internal_error: { type: 'internal_error' },
};

type SessionAnswer = EventOf<'session.answered'>['status'];

/** A capture played through the rules, event by event, with a time that stands still until it is moved. */
export class PlayedCapture {
  state: CaptureState;
  /** What the last event wanted done. */
  effects: readonly CaptureEffect[] = [];
  now = 1_000;
  /** Frame bytes that other captures of the process hold. */
  held_elsewhere = 0;
  readonly limits: CaptureLimits;

  constructor(limits: Partial<CaptureLimits> = {}) {
    this.limits = captureLimits(limits);
    this.state = idle(this.now);
  }

  /** A capture whose session is being asked for. */
  static opening(limits: Partial<CaptureLimits> = {}): PlayedCapture {
    return new PlayedCapture(limits).tell(openEvent());
  }

  /** A capture the extractor has accepted. */
  static active(limits: Partial<CaptureLimits> = {}): PlayedCapture {
    return PlayedCapture.opening(limits).session('active').tell(EVENTS['stream.opened']);
  }

  tell(event: CaptureEvent): this {
    const step = transition(this.state, event, {
      now: this.now,
      limits: this.limits,
      held_bytes: this.held_elsewhere + heldBytes(this.state),
    });
    this.state = step.state;
    this.effects = step.effects;
    return this;
  }

  wait(ms: number): this {
    this.now += ms;
    return this;
  }

  /** Lets time pass, then the clock tick. */
  tick(ms = 0): this {
    return this.wait(ms).tell(EVENTS.tick);
  }

  /** session_manager answers; if that makes the capture ask for its claim, it is granted. */
  session(status: SessionAnswer): this {
    this.tell({ type: 'session.answered', status });
    const claims = this.state.phase === 'opening' && this.state.asking === 'claim';
    return claims ? this.tell(EVENTS['claim.answered']) : this;
  }

  /** Announces the next frame. */
  meta(overrides: Partial<CaptureFrameMeta> = {}): this {
    const seq = this.state.phase === 'active' ? this.state.accepted_frames + 1 : 1;
    return this.tell(metaEvent({ seq, ...overrides }));
  }

  bytes(payload = jpegOf()): this {
    return this.tell({ type: 'frame_bytes', payload });
  }

  /** Announces the next frame and sends it. */
  frame(byte_length = 1_000, overrides: Partial<CaptureFrameMeta> = {}): this {
    return this.meta({ byte_length, ...overrides }).bytes(jpegOf(byte_length));
  }

  /** The extractor acknowledges a frame. */
  settle(byte_length = 1_000): this {
    return this.tell({ type: 'forward.settled', byte_length });
  }

  /** So many frames at the camera's pace, each acknowledged at once. */
  frames(count: number, byte_length = 1_000): this {
    for (let sent = 0; sent < count; sent++) this.wait(67).frame(byte_length).settle(byte_length);
    return this;
  }

  close(overrides: Partial<CaptureClose> = {}): this {
    return this.tell(closeEvent(overrides));
  }

  /** The open this capture is of. */
  get open(): CaptureOpen {
    if (!('open' in this.state)) throw new Error(`no open in ${this.state.phase}`);
    return this.state.open;
  }

  /** What the client was to be told by the last event. */
  get outcome(): CaptureOutcome | null {
    return this.effects.find((effect) => effect.type === 'finish')?.outcome ?? null;
  }

  /** The word of that: 'completed', an error code, or the cause of a rejection. */
  get verdict(): string | null {
    const { outcome } = this;
    if (outcome === null || outcome.kind === 'completed') return outcome?.kind ?? null;
    return outcome.kind === 'aborted' ? outcome.error_code : outcome.cause;
  }

  /** The end the last event brought on its way. */
  get end(): StreamEnd | null {
    return this.effects.find((effect) => effect.type === 'end_stream')?.end ?? null;
  }

  /** What the last event wanted done, by name and in order. */
  get wanted(): readonly CaptureEffect['type'][] {
    return this.effects.map(({ type }) => type);
  }
}

/** A capture in every situation of every phase. */
export const SITUATIONS: Readonly<Record<CaptureState['phase'], Readonly<Record<string, () => PlayedCapture>>>> = {
  idle: { connected: () => new PlayedCapture() },
  opening: {
    'session asked': () => PlayedCapture.opening(),
    'claim asked': () => PlayedCapture.opening().tell(EVENTS['session.answered']),
    'extractor asked': () => PlayedCapture.opening().session('active'),
  },
  active: {
    'nothing sent': () => PlayedCapture.active(),
    'bytes due': () => PlayedCapture.active().meta(),
    'a frame in flight': () => PlayedCapture.active().frame(),
    'no room for the frame': () => PlayedCapture.active().frame().frame().frame().meta(),
    'client overdue': () => PlayedCapture.active().tick(8_001),
  },
  closing: {
    draining: () => PlayedCapture.active().frame().close(),
    ending: () => PlayedCapture.active().close(),
  },
  aborting: {
    'extractor asked': () => PlayedCapture.opening().session('active').tell(EVENTS.disconnected),
    'a frame in flight': () => PlayedCapture.active().frame().tell(EVENTS.disconnected),
    ending: () => PlayedCapture.active().tell(EVENTS.disconnected),
  },
  closed: { over: () => new PlayedCapture().tell(EVENTS.disconnected) },
};
