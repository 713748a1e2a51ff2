import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL, SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';

/** Many captures at once, in turn at these gateways. */
export interface BlindOrder {
  readonly ports: readonly number[];
  readonly captures: number;
  readonly frames: number;
  readonly fps: number;
  /** JPEGs of 640 x 480, sent one after the other and again from the first. */
  readonly jpegs: readonly Uint8Array[];
}

/** What became of one capture. */
export interface BlindResult {
  readonly capture_id: string;
  /** `completed`, an error code, or `close N` where the gateway sent neither. */
  readonly outcome: string;
  /** Frames that the system took from the client. */
  readonly sent: number;
  /** Frames that the gateway confirmed. */
  readonly delivered: number;
  /** Time from the first frame until the system took the last one, seconds. */
  readonly sending_s: number;
}

const START = Date.UTC(2026, 0, 1);

/** A client that sends each frame when it is due, whatever the network does. */
class BlindClient {
  readonly #capture_id = randomUUID();
  readonly #socket: WebSocket;
  #outcome: string | null = null;
  #sent = 0;
  #delivered = 0;
  #sending_s = 0;

  constructor(
    private readonly order: BlindOrder,
    port: number,
  ) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}${CAPTURE_PATHS[0]}`, [CAPTURE_SUBPROTOCOL], {
      perMessageDeflate: false,
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (data: Buffer) => this.#hear(data));
  }

  async run(): Promise<BlindResult> {
    const closed = once(this.#socket, 'close') as Promise<[number]>;
    await Promise.race([once(this.#socket, 'open'), closed]);
    await this.#capture();
    const [code] = await closed;
    return {
      capture_id: this.#capture_id,
      outcome: this.#outcome ?? `close ${code}`,
      sent: this.#sent,
      delivered: this.#delivered,
      sending_s: this.#sending_s,
    };
  }

  async #capture(): Promise<void> {
    const { frames, fps, jpegs } = this.order;
    const picture = { fps_target: fps, width: 640, height: 480, encoding: 'jpeg' };
    this.#say({ event: 'capture.open', timestamp_start: at(0), ...picture });
    const begun_at = performance.now();
    for (let seq = 1; seq <= frames && this.#socket.readyState === WebSocket.OPEN; seq++) {
      await sleep(Math.max(0, begun_at + ((seq - 1) * 1000) / fps - performance.now()));
      const jpeg = jpegs[seq % jpegs.length] ?? new Uint8Array(0);
      const byte_length = jpeg.byteLength;
      this.#say({ event: 'capture.frame_meta', seq, timestamp_frame: at(((seq - 1) * 1000) / fps), byte_length });
      this.#socket.send(jpeg, (error) => {
        if (error) return;
        this.#sent += 1;
        this.#sending_s = (performance.now() - begun_at) / 1000;
      });
    }
    this.#say({ event: 'capture.close', timestamp_end: at((frames * 1000) / fps) });
  }

  #hear(data: Buffer): void {
    const message = JSON.parse(data.toString()) as {
      event: string;
      error_code?: string;
      frame_count?: number;
      seq?: number;
    };
    if (message.event === 'capture.ack') this.#delivered = message.seq ?? NaN;
    if (message.event === 'capture.abort') this.#outcome = message.error_code ?? null;
    if (message.event !== 'capture.closed') return;
    this.#outcome = 'completed';
    this.#delivered = message.frame_count ?? NaN;
  }

  #say(fields: object): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const capture_id = this.#capture_id;
    const identity = { record_id: randomUUID(), user_id: `user-${capture_id}`, session_id: 's1', capture_id };
    this.#socket.send(JSON.stringify({ schema_version: SCHEMA_VERSION, timestamp: at(0), ...identity, ...fields }));
  }
}

function at(ms: number): string {
  return new Date(START + Math.floor(ms)).toISOString();
}

// a separate process, so that clients and servers delay each other only through the machine
process.on('message', (order: BlindOrder) => {
  const { ports, captures } = order;
  const clients = Array.from({ length: captures }, (_, n) => new BlindClient(order, ports[n % ports.length] ?? NaN));
  void Promise.all(clients.map((client) => client.run())).then((results) => process.send?.(results));
});
process.on('disconnect', () => process.exit());
