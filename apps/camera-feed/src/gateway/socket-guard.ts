import type { CaptureLimits, ClientEvent, Clock } from '@a3cp/capture-domain';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Pings and pongs a client may send between two beats: many times what any library does by itself. */
const MAX_CONTROL_FRAMES = 30;

/** Pings after which a client that sends nothing at all is gone: longer than `silence_timeout_ms`, which ends a capture. */
const MAX_UNANSWERED_PINGS = 3;

/** Header and mask of a client's ping or pong. RFC 6455, section 5.2. */
const CONTROL_FRAME_OVERHEAD_BYTES = 6;

/** Why a client is refused that breaks a bound. */
export type Violation = Extract<ClientEvent, { type: 'malformed' }>;

/**
 * Prevents abuse of one client's socket, and notices when the client is gone. Observes what ws handles without a message: pings,
 * pongs, silence, and incomplete messages. PROTOCOL.md, "Abuse".
 */
export class SocketGuard {
  readonly #stopBeating: () => void;
  #unanswered_pings = 0;
  #read_at_beat = 0;
  /** Bytes that arrived since the last {@link heard}, without pings and pongs. */
  #message_bytes = 0;
  #control_frames = 0;
  /** Whether a first message is still to come. */
  #fresh = true;
  #over = false;
  /** How much had been read when it was over. */
  #read_at_end = 0;
  /** What came while nothing so long was due. */
  #undue_bytes = 0;

  /** @param connection the socket under the WebSocket */
  constructor(
    private readonly socket: WebSocket,
    private readonly connection: Socket,
    clock: Clock,
    private readonly limits: CaptureLimits,
    private readonly refuse: (violation: Violation) => void,
  ) {
    this.#stopBeating = clock.every(limits.heartbeat_interval_ms, () => this.#beat());
    socket.on('ping', this.#onPing).on('pong', this.#onPong).once('close', this.#stopBeating);
    connection.on('data', this.#onData);
  }

  /** A whole message has arrived. */
  received(): void {
    this.#fresh = false;
  }

  /** Whether bytes of a message arrived since the last call. */
  heard(): boolean {
    const heard = this.#message_bytes > 0;
    this.#message_bytes = 0;
    return heard;
  }

  /** Only the client's half of the closing handshake is still due; ws limits its time. */
  over(): void {
    if (this.#over) return;
    this.#over = true;
    this.#read_at_end = this.connection.bytesRead;
    this.#stopBeating();
    this.#holdBack();
  }

  /** Terminates a client that does not answer the closing handshake. */
  hangUp(): void {
    this.socket.off('ping', this.#onPing).off('pong', this.#onPong);
    this.socket.terminate();
  }

  #beat(): void {
    this.#control_frames = 0;
    // what the client says could not be heard
    if (this.socket.isPaused) return;
    const { bytesRead } = this.connection;
    if (bytesRead !== this.#read_at_beat) this.#unanswered_pings = 0;
    this.#read_at_beat = bytesRead;
    if (this.#unanswered_pings >= MAX_UNANSWERED_PINGS) this.hangUp();
    // a ping counts once it is on its way, so that a delay of this process is not the client's
    else this.socket.ping(undefined, undefined, () => (this.#unanswered_pings += 1));
  }

  readonly #onPing = (data: Buffer): void => {
    if (this.#mayControl(data)) this.socket.pong(data);
  };

  readonly #onPong = (data: Buffer): void => {
    this.#mayControl(data);
  };

  #mayControl(data: Buffer): boolean {
    this.#message_bytes -= CONTROL_FRAME_OVERHEAD_BYTES + data.length;
    this.#control_frames += 1;
    if (this.#control_frames <= MAX_CONTROL_FRAMES) return true;
    if (this.#control_frames > 2 * MAX_CONTROL_FRAMES) this.hangUp();
    else if (this.#control_frames === MAX_CONTROL_FRAMES + 1) {
      const reason = `more than ${MAX_CONTROL_FRAMES} pings in ${this.limits.heartbeat_interval_ms} ms`;
      this.refuse({ type: 'malformed', cause: 'protocol_violation', reason });
    }
    return false;
  }

  /**
   * Caps the bytes read before the first message and after the close. Without the cap ws would keep all pieces of a message, and
   * read on after the end. The rest stays in the network.
   */
  readonly #onData = (data: Buffer): void => {
    this.#message_bytes += data.length;
    // ws answers a client's close without an event
    if (this.socket.readyState !== this.socket.OPEN) this.over();
    if (!this.#fresh && !this.#over) return;
    // what came with the end itself
    if (this.#over && this.connection.bytesRead === this.#read_at_end) return;
    const most = 2 * this.limits.max_text_bytes;
    const was_within = this.#undue_bytes <= most;
    this.#undue_bytes += data.length;
    this.#holdBack();
    if (was_within && this.#undue_bytes > most && !this.#over) {
      // ws reports a message that is too large for the transport one turn later
      setImmediate(() => {
        if (!this.#fresh) return;
        this.refuse({ type: 'malformed', cause: 'schema_violation', reason: `first message over ${most} bytes` });
      });
    }
  };

  #holdBack(): void {
    const texts = this.#over ? 2 : 4;
    if (this.#undue_bytes > texts * this.limits.max_text_bytes) this.socket.pause();
  }
}
