import {
  CaptureClaims,
  type CaptureLimits,
  type CaptureObserver,
  type CaptureOutcome,
  CaptureRepository,
  CaptureService,
  type ClaimAnswer,
  Clock,
  LandmarkForwarder,
  type LandmarkStream,
  type SessionStatus,
  SessionValidator,
  StreamRefused,
} from '@a3cp/capture-domain';
import { setImmediate } from 'node:timers/promises';
import { CLOSED } from '../../../libs/capture-domain/src/phases/ending.js';
import type { CaptureState } from '../../../libs/capture-domain/src/capture/state.js';
import { CONNECTED_AT, type ModelState } from './model-state.js';
import type { Move } from './move.js';

/** What can be seen of a state from outside of the rules. */
export interface Seen {
  readonly capture: CaptureState;
  readonly held_bytes: number;
  readonly verdicts: number;
  readonly questions: number;
  readonly forwarded: number;
  readonly ends: number;
}

/** One for all, since to make an Error takes longer than a move. */
const FAILURE = new Error('failed');

const ignore = (): void => undefined;

/** A promise that a move settles. */
class Pending<Value> {
  resolve!: (value: Value) => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<Value>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

class HeldClock extends Clock {
  ms = CONNECTED_AT;
  tick = (): void => undefined;

  now(): number {
    return this.ms;
  }

  date(): Date {
    return new Date(0);
  }

  every(_interval_ms: number, tick: () => void): () => void {
    this.tick = tick;
    return () => undefined;
  }
}

class HeldSessions extends SessionValidator {
  readonly questions: Pending<SessionStatus>[] = [];

  validate(): Promise<SessionStatus> {
    const question = new Pending<SessionStatus>();
    this.questions.push(question);
    return question.promise;
  }

  answer(status: SessionStatus | 'unavailable'): void {
    const question = this.questions.shift();
    if (status === 'unavailable') question?.reject(FAILURE);
    else question?.resolve(status);
  }
}

class HeldClaims extends CaptureClaims {
  readonly #claim = new Pending<ClaimAnswer>();

  claim(): Promise<ClaimAnswer> {
    return this.#claim.promise;
  }

  answer(answer: ClaimAnswer | 'unavailable'): void {
    if (answer === 'unavailable') this.#claim.reject(FAILURE);
    else this.#claim.resolve(answer);
  }
}

class HeldExtractor extends LandmarkForwarder {
  readonly opened = new Pending<LandmarkStream>();
  readonly failed = new Pending<void>();
  readonly frames: Pending<void>[] = [];
  readonly ends: Pending<void>[] = [];

  open(): Promise<LandmarkStream> {
    return this.opened.promise;
  }

  accept(): void {
    const call = (calls: Pending<void>[]): Promise<void> => {
      const pending = new Pending<void>();
      calls.push(pending);
      return pending.promise;
    };
    const forward = (): Promise<void> => call(this.frames);
    const end = (): Promise<void> => call(this.ends);
    this.opened.resolve({ forward, end, failed: this.failed.promise });
  }
}

/** CaptureService and ForwardQueue with one client, whose clock and ports do what the moves of a model say. */
export class PlayedService implements CaptureObserver {
  readonly #outcomes: CaptureOutcome[] = [];
  readonly #extractor = new HeldExtractor();
  readonly #clock = new HeldClock();
  readonly #sessions = new HeldSessions();
  readonly #claims = new HeldClaims();
  readonly #repository = new CaptureRepository();
  readonly #service: CaptureService;
  readonly #key: number;
  #has_heard = false;

  constructor(limits: CaptureLimits) {
    const ports = [this.#extractor, this.#sessions, limits, this.#clock, () => 0, this.#claims] as const;
    this.#service = new CaptureService(this.#repository, ...ports, { failed: ignore, answered: ignore });
    const watch = { traceparent: null, stepped: ignore };
    this.#key = this.#service.connect(this, { grant: null, countOpen: () => 1, watch });
  }

  /** What the service shows of a state of the model: the capture, and how far the environment has come. */
  get seen(): Seen {
    const capture = this.#repository.find(this.#key)?.state ?? CLOSED;
    return {
      capture,
      held_bytes: this.#repository.held_bytes,
      verdicts: this.#outcomes.length,
      questions: this.#sessions.questions.length,
      forwarded: this.#extractor.frames.length,
      ends: this.#extractor.ends.length,
    };
  }

  notified(): void {
    // the model has no part in it
  }

  finished(outcome: CaptureOutcome): void {
    this.#outcomes.push(outcome);
  }

  ready(): void {
    // the model decides what the client does next
  }

  heard(): boolean {
    return this.#has_heard;
  }

  /** Makes the moves in one turn of the event loop, then lets everything settle that does so by itself. */
  async play(moves: readonly Move[], model: ModelState): Promise<void> {
    for (const move of moves) this.#play(move, model);
    await setImmediate();
  }

  #play(move: Move, model: ModelState): void {
    if (move.event === null) {
      this.#clock.ms += 1;
      return;
    }
    const event = move.event(model);
    switch (event.type) {
      case 'session.answered':
        this.#sessions.answer(event.status);
        break;
      case 'session.closed':
        this.#service.closeSession('u1', 's1');
        break;
      case 'claim.answered':
        this.#claims.answer(event.answer);
        break;
      case 'stream.opened':
        this.#extractor.accept();
        break;
      case 'stream.refused':
        this.#extractor.opened.reject(event.refusal === null ? FAILURE : new StreamRefused(event.refusal));
        break;
      case 'forward.settled':
        this.#extractor.frames.at(-1)?.resolve();
        break;
      case 'forward.failed':
        if (move.settles === 'stream') this.#extractor.failed.resolve();
        // the queue reports by itself what it drops
        else if (move.settles === 'forward') this.#extractor.frames.at(-1)?.reject(FAILURE);
        break;
      case 'end.settled':
        this.#extractor.ends.at(-1)?.resolve();
        break;
      case 'end.failed':
        this.#extractor.ends.at(-1)?.reject(FAILURE);
        break;
      case 'tick':
        this.#has_heard = event.heard;
        this.#clock.tick();
        break;
      case 'internal_error':
        this.#service.fail(this.#key, FAILURE);
        break;
      case 'shutdown':
        throw new Error('CaptureService decides on its own when to shut down');
      default:
        this.#service.receive(this.#key, event);
    }
  }
}
