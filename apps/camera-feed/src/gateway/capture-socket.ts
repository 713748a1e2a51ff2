import type {
  CaptureLimits,
  CaptureNotice,
  CaptureObserver,
  CaptureOutcome,
  CaptureService,
  ClientEvent,
  Clock,
  ConnectionOrigin,
} from '@a3cp/capture-domain';
import { CAPTURE_SUBPROTOCOL } from '@a3cp/capture-protocol';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { closeFor } from './close-code.js';
import { decodeMessage } from '../dto/decode-message.js';
import { encodeAbort, encodeClosed, encodeNotice } from './encode-message.js';
import { takeOver } from './nest-ws-quirks.js';
import { SocketGuard, type Violation } from './socket-guard.js';

/** The errors with which ws closes 1009: over its own limit, and over what a number can count. */
const OVERSIZED: readonly unknown[] = ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH'];

/** What a socket hands over: text still to be read, or an event as it is. */
type Inbound = { readonly type: 'text'; readonly text: Buffer } | ClientEvent;

/**
 * One client's socket: turns what arrives into events, one decided before the next is looked at, reads no further while
 * the capture takes none, and closes as the outcome says. It knows no rule. PROTOCOL.md, "Flow control".
 */
export class CaptureSocket implements CaptureObserver {
  readonly #connection_key: number;
  readonly #guard: SocketGuard;
  /** As many messages as a whole capture has: more cannot be waiting. */
  readonly #max_messages: number;
  /** What arrived and is not decided yet: never more than the socket had read when it was paused. */
  readonly #inbox: Inbound[] = [];
  #pumping = false;
  #finished = false;

  constructor(
    private readonly socket: WebSocket,
    connection: Socket,
    origin: ConnectionOrigin,
    private readonly captures: CaptureService,
    private readonly clock: Clock,
    private readonly limits: CaptureLimits,
  ) {
    this.#max_messages = 2 * limits.max_frames + 2;
    this.#guard = new SocketGuard(socket, connection, clock, limits, (violation) => this.#refuse(violation));
    this.#connection_key = captures.connect(this, origin);
    takeOver(
      socket,
      (bytes, isBinary) => {
        this.#guard.received();
        this.#arrive(isBinary ? { type: 'frame_bytes', payload: bytes } : { type: 'text', text: bytes });
      },
      ({ code }) => {
        this.#guard.over();
        if (OVERSIZED.includes(code)) this.#arrive({ type: 'oversized' });
      },
    );
    socket.on('close', () => this.#arrive({ type: 'disconnected' }));
  }

  ready(): void {
    this.#pump();
  }

  heard(): boolean {
    return this.#guard.heard();
  }

  notified(notice: CaptureNotice): void {
    if (this.#isTold) this.socket.send(encodeNotice(notice, this.clock.date()));
  }

  finished(outcome: CaptureOutcome): void {
    this.#finished = true;
    this.#inbox.length = 0;
    if (outcome.kind === 'aborted') this.socket.send(encodeAbort(outcome, this.clock.date()));
    else if (outcome.kind === 'completed' && this.#isTold) this.socket.send(encodeClosed(outcome, this.clock.date()));
    const { code, reason } = closeFor(outcome);
    this.socket.close(code, reason);
    // the client's half of the closing handshake has to be read, and no message before it
    this.socket.removeAllListeners('message');
    this.socket.resume();
    this.#guard.over();
  }

  /** Whether the client uses the extension. PROTOCOL.md, "Extension a3cp.capture.v1". */
  get #isTold(): boolean {
    return this.socket.protocol === CAPTURE_SUBPROTOCOL;
  }

  #arrive(inbound: Inbound): void {
    if (this.#finished) return;
    if (this.#inbox.length < this.#max_messages) {
      this.#inbox.push(inbound);
      this.#pump();
    } else {
      const reason = `more than ${this.#max_messages} messages waiting`;
      this.#refuse({ type: 'malformed', cause: 'protocol_violation', reason });
    }
  }

  /** Decided at once, before waiting messages: a client that exceeds a bound does not wait for its turn. */
  #refuse(violation: Violation): void {
    if (!this.#finished) this.captures.receive(this.#connection_key, violation);
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        this.captures.receive(this.#connection_key, this.#read(next));
      }
    } catch (error) {
      this.captures.fail(this.#connection_key, error);
    } finally {
      this.#pumping = false;
    }
    this.#control();
  }

  /** The next of what arrived, if it may be decided now. The end of the socket itself needs no one's readiness. */
  #next(): Inbound | undefined {
    const [next] = this.#inbox;
    if (!next) return undefined;
    const isMessage = next.type !== 'disconnected' && next.type !== 'oversized';
    if (isMessage && !this.captures.accepts(this.#connection_key)) return undefined;
    return this.#inbox.shift();
  }

  #read(inbound: Inbound): ClientEvent {
    return inbound.type === 'text' ? decodeMessage(inbound.text, this.limits.max_text_bytes) : inbound;
  }

  #control(): void {
    if (this.#finished) return;
    const reads = this.captures.accepts(this.#connection_key);
    if (reads === !this.socket.isPaused) return;
    if (reads) this.socket.resume();
    else this.socket.pause();
  }
}
