import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import type { CaptureClaim, CaptureClaims, ClaimAnswer } from './ports/capture-claims.js';
import type { CaptureEffect, CaptureOutcome, Transition } from './capture/effect.js';
import { reject } from './phases/ending.js';
import type { CaptureEvent, ClientEvent } from './capture/event.js';
import type { CaptureLimits } from './capture/limits.js';
import { acceptsInput, idle } from './capture/state.js';
import { transition } from './transition.js';
import type { CaptureEntry, CaptureObserver, CaptureRepository, ConnectionOrigin } from './capture.repository.js';
import type { Clock } from './ports/clock.js';
import { ForwardQueue } from './forward-queue.js';
import { FrameGarbage } from './frame-garbage.js';
import { placeOf } from './watching/error-place.js';
import { type LandmarkForwarder, type StreamOpen, StreamRefused } from './ports/landmark-forwarder.js';
import { PeerLog } from './watching/peer-log.js';
import { PeerUnreachable } from './ports/peer-unreachable.js';
import type { PortName, PortWatch } from './watching/port-watch.js';
import type { SessionCheck, SessionStatus, SessionValidator } from './ports/session-validator.js';

/** Injection token of the {@link CaptureLimits}. */
export const CAPTURE_LIMITS = Symbol('CaptureLimits');

/** Injection token of chance: a function that returns a number from 0 to below 1, each time another. */
export const CHANCE = Symbol('Chance');

/** Why a stream's lifetime ends. Without this shared reason each abort would make an error with a stack. */
const OVER = 'the capture is over';

/** What a capture ends as if a port does not answer in time. */
const SILENCE: Partial<Record<PortName, CaptureErrorCode>> = {
  sessionValidator: 'session_unavailable',
  landmarkForwarder: 'forward_failed',
};

/** Fine enough for the shortest timers, `claim_timeout_ms` and `ack_interval_ms`. PROTOCOL.md, "Timers". */
const TICK_INTERVAL_MS = 50;

/**
 * Holds every capture of this process and is the only one to carry effects out. Whatever happens, from a socket, a timer,
 * session_manager or the extractor, comes in as an event, is decided by `transition`, and is stored before it is acted on.
 */
export class CaptureService {
  readonly #log: PeerLog;
  readonly #garbage = new FrameGarbage();
  #stopTicking: (() => void) | null = null;
  #draining: { readonly since: number; readonly done: Promise<void>; readonly resolve: () => void } | null = null;

  constructor(
    private readonly repository: CaptureRepository,
    private readonly forwarder: LandmarkForwarder,
    private readonly validator: SessionValidator,
    private readonly limits: CaptureLimits,
    private readonly clock: Clock,
    private readonly chance: () => number,
    private readonly claims: CaptureClaims | null,
    private readonly ports: PortWatch,
  ) {
    this.#log = new PeerLog(CaptureService.name, clock);
  }

  /** Whether new connections are welcome: false once {@link drain} was called. */
  get accepting(): boolean {
    return this.#draining === null;
  }

  /** A connection begins. Returns its `connection_key`, which is good until `observer.finished` or a disconnect. */
  connect(observer: CaptureObserver, origin: ConnectionOrigin): number {
    const entry = this.repository.add(observer, origin, idle(this.clock.now()));
    this.#stopTicking ??= this.clock.every(TICK_INTERVAL_MS, () => this.#tick());
    if (!this.accepting) this.#dispatch(entry, { type: 'shutdown' });
    return entry.connection_key;
  }

  /** Whether the connection's next message may be decided now. PROTOCOL.md, "Flow control". */
  accepts(connection_key: number): boolean {
    const entry = this.repository.find(connection_key);
    return entry === undefined || acceptsInput(entry.state);
  }

  /** Something came from the connection's socket; of a connection that is over, nothing counts any more. */
  receive(connection_key: number, event: ClientEvent): void {
    const entry = this.repository.find(connection_key);
    if (!entry) return;
    if (event.type === 'capture.open') {
      const { origin } = entry;
      const load = { ...this.repository.load(event.message), opens_of_address: origin.countOpen() };
      this.#dispatch(entry, { ...event, load, grant: origin.grant });
    } else this.#dispatch(entry, event);
  }

  /** session_manager says unasked that a session has ended: aborts its captures, and returns how many they were. */
  closeSession(user_id: string, session_id: string): number {
    void this.#forgetSession(user_id, session_id);
    const aborted = this.repository.ofSession(user_id, session_id).filter((entry) => {
      const { state } = entry;
      this.#dispatch(entry, { type: 'session.closed' });
      return entry.state !== state;
    });
    return aborted.length;
  }

  /** Something of ours broke outside the rules: ends the connection as such. */
  fail(connection_key: number, error: unknown): void {
    const entry = this.repository.find(connection_key);
    if (entry) this.#fail(entry, error);
  }

  /**
   * The server is to stop: ends connections without a capture, lets captures finish for `shutdown_timeout_ms`, then aborts
   * them. Resolves when every capture has had its end. PROTOCOL.md, "Shutdown".
   */
  drain(): Promise<void> {
    if (!this.#draining) {
      let resolve = (): void => undefined;
      const done = new Promise<void>((settle) => (resolve = settle));
      this.#draining = { since: this.clock.now(), done, resolve };
      for (const entry of this.repository.all()) {
        if (entry.state.phase === 'idle') this.#dispatch(entry, { type: 'shutdown' });
      }
      this.#rest();
    }
    return this.#draining.done;
  }

  #tick(): void {
    const late = this.#draining && this.clock.now() - this.#draining.since > this.limits.shutdown_timeout_ms;
    for (const entry of this.repository.all()) {
      this.#dispatch(entry, { type: 'tick', heard: entry.observer.heard() });
      if (late) this.#dispatch(entry, { type: 'shutdown' });
    }
  }

  #dispatch(entry: CaptureEntry, event: CaptureEvent): void {
    try {
      this.#step(entry, event);
    } catch (error) {
      this.#fail(entry, error);
    }
  }

  #step(entry: CaptureEntry, event: CaptureEvent): void {
    if (entry.state.phase === 'closed') return;
    const accepted = acceptsInput(entry.state);
    const { held_bytes } = this.repository;
    const step = transition(entry.state, event, { now: this.clock.now(), limits: this.limits, held_bytes });
    const { state, effects } = step;
    this.#take(entry, event, step);
    try {
      for (const effect of effects) this.#run(entry, effect);
    } finally {
      if (state.phase === 'closed') this.#letGo(entry);
    }
    if (!accepted && acceptsInput(entry.state)) entry.observer.ready();
  }

  #take(entry: CaptureEntry, event: CaptureEvent, step: Transition): void {
    const before = entry.state;
    this.repository.store(entry, step.state);
    try {
      entry.origin.watch.stepped(event, before, step);
    } catch (error) {
      // a host's exporter can fail; the observed capture must go on
      this.#log.error('An observer of a capture failed', placeOf(error));
    }
  }

  #run(entry: CaptureEntry, effect: CaptureEffect): void {
    switch (effect.type) {
      case 'validate_session':
        void this.#validate(entry, effect.user_id, effect.session_id, effect.check);
        return;
      case 'claim_capture':
        this.#claim(entry, effect.claim);
        return;
      case 'open_stream':
        void this.#openStream(entry, effect.open);
        return;
      case 'forward':
        entry.queue?.push(effect.item);
        this.#garbage.add(effect.item.byte_length);
        return;
      case 'stop_forwarding':
        entry.queue?.stop();
        return;
      case 'end_stream':
        entry.queue?.end(effect.end);
        return;
      case 'notify':
        entry.observer.notified(effect.notice);
        return;
      case 'finish':
        this.#reportSilence(entry, effect.outcome);
        entry.observer.finished(effect.outcome);
        return;
    }
  }

  async #validate(entry: CaptureEntry, user_id: string, session_id: string, check: SessionCheck): Promise<void> {
    let status: SessionStatus | 'unavailable';
    entry.awaits = 'sessionValidator';
    try {
      status = await this.validator.validate(user_id, session_id, check);
      this.ports.answered('sessionValidator');
    } catch (error) {
      this.ports.failed('sessionValidator', error);
      status = 'unavailable';
    }
    entry.awaits = null;
    this.#dispatch(entry, { type: 'session.answered', status });
  }

  /** Claims in this process first, then for all processes. */
  #claim(entry: CaptureEntry, claim: CaptureClaim): void {
    const answer = this.repository.claim(entry, claim, this.limits);
    if (answer === 'granted' && this.claims !== null) void this.#claimOfAll(entry, this.claims, claim);
    else this.#dispatch(entry, { type: 'claim.answered', answer });
  }

  async #claimOfAll(entry: CaptureEntry, claims: CaptureClaims, claim: CaptureClaim): Promise<void> {
    let answer: ClaimAnswer | 'unavailable';
    try {
      answer = await claims.claim(claim, entry.lifetime.signal);
      this.ports.answered('captureClaims');
    } catch (error) {
      this.#failed(entry, 'captureClaims', error);
      answer = 'unavailable';
    }
    this.#dispatch(entry, { type: 'claim.answered', answer });
  }

  async #openStream(entry: CaptureEntry, open: StreamOpen): Promise<void> {
    entry.awaits = 'landmarkForwarder';
    try {
      const { traceparent } = entry.origin.watch;
      const traced = traceparent === null ? open : { ...open, traceparent };
      const stream = await this.forwarder.open(traced, entry.lifetime.signal);
      entry.awaits = null;
      entry.queue = new ForwardQueue(
        stream,
        (event) => this.#dispatch(entry, event),
        (error) => this.#failed(entry, 'landmarkForwarder', error),
      );
      this.ports.answered('landmarkForwarder');
    } catch (error) {
      entry.awaits = null;
      const refusal = error instanceof StreamRefused ? error.refusal : null;
      // a refusal because of the capture itself is not a failure of the port
      if (refusal === null) this.#failed(entry, 'landmarkForwarder', error);
      else this.ports.answered('landmarkForwarder');
      this.#dispatch(entry, { type: 'stream.refused', refusal });
      return;
    }
    this.#dispatch(entry, { type: 'stream.opened', jitter: this.chance() });
  }

  /** Ends a capture over a fault of ours; by force, if the rules themselves are at fault. */
  #fail(entry: CaptureEntry, error: unknown): void {
    try {
      this.#step(entry, { type: 'internal_error' });
    } catch {
      const step = reject('internal_error', 'the server failed');
      this.#take(entry, { type: 'internal_error' }, step);
      this.#letGo(entry);
      for (const effect of step.effects) this.#run(entry, effect);
    }
    // last: a logger of the platform's that fails keeps no client waiting
    this.#log.error('A capture failed inside the server', placeOf(error));
  }

  async #forgetSession(user_id: string, session_id: string): Promise<void> {
    try {
      // a platform may have made it asynchronous
      await (this.validator.forget?.(user_id, session_id) as unknown);
    } catch (error) {
      // the session's captures end all the same
      this.ports.failed('sessionValidator', error);
    }
  }

  /** After the end of a capture its ports reject pending calls, because its signal has aborted. */
  #failed({ lifetime }: CaptureEntry, port: PortName, error: unknown): void {
    if (!lifetime.signal.aborted) this.ports.failed(port, error);
  }

  /** A port that does not answer in time rejects nothing by itself. */
  #reportSilence({ awaits }: CaptureEntry, outcome: CaptureOutcome): void {
    if (awaits === null || outcome.kind !== 'aborted' || outcome.error_code !== SILENCE[awaits]) return;
    this.ports.failed(awaits, new PeerUnreachable('no answer in time'));
  }

  /** Nothing is left to do for the connection. */
  #letGo({ lifetime }: CaptureEntry): void {
    lifetime.abort(OVER);
    this.#rest();
  }

  /** With the last connection the clock stops, and a drain is done. */
  #rest(): void {
    if (this.repository.size > 0) return;
    this.#stopTicking?.();
    this.#stopTicking = null;
    this.#draining?.resolve();
  }
}
