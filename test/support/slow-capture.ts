import { CAPTURE_SUBPROTOCOL } from '@a3cp/capture-protocol';
import { CaptureSocketClient, type openMessage } from '@a3cp/testing';
import { expect } from '@jest/globals';
import { jpegOf } from './jpeg.js';

/** Of a camera too slow to matter to the load, and fast enough for `silence_timeout_ms`. */
const FRAME_INTERVAL_MS = 500;

/** A client, by default of a user of its own, whose camera goes on until it is told to finish. */
export class SlowCapture {
  #seq = 0;
  readonly #camera = setInterval(() => this.#frame(), FRAME_INTERVAL_MS);

  private constructor(
    private readonly client: CaptureSocketClient,
    readonly capture_id: string,
  ) {
    void client.closed.then(() => clearInterval(this.#camera));
  }

  /** Resolves once the extractor has its first frame, or with a capture that is refused. */
  static async start(
    url: string,
    capture_id: string,
    overrides: Parameters<typeof openMessage>[0] = {},
  ): Promise<SlowCapture> {
    const client = await CaptureSocketClient.connect(url, [CAPTURE_SUBPROTOCOL]);
    const capture = new SlowCapture(client, capture_id);
    client.open({ capture_id, user_id: capture_id, ...overrides });
    capture.#frame();
    await Promise.race([client.heard('capture.ack'), client.closed]);
    return capture;
  }

  /** One frame more, and the end. */
  async finish(): Promise<void> {
    this.#frame();
    this.client.close({ capture_id: this.capture_id });
    clearInterval(this.#camera);
    expect(await this.client.closed).toEqual({ code: 1000, reason: 'completed' });
    expect(this.messages.at(-1)).toMatchObject({ event: 'capture.closed', frame_count: this.#seq });
  }

  /** What it was refused or aborted with; null while it runs. */
  get error_code(): string | null {
    const last = this.messages.at(-1);
    return last?.event === 'capture.abort' ? last.error_code : null;
  }

  get frames_sent(): number {
    return this.#seq;
  }

  get closed(): CaptureSocketClient['closed'] {
    return this.client.closed;
  }

  get messages(): CaptureSocketClient['messages'] {
    return this.client.messages;
  }

  #frame(): void {
    this.#seq += 1;
    this.client.frame(this.#seq, jpegOf(), { capture_id: this.capture_id });
  }
}
