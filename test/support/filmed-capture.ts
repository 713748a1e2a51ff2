import { CAPTURE_SUBPROTOCOL, type CaptureServerMessage } from '@a3cp/capture-protocol';
import { CaptureSocketClient } from '@a3cp/testing';

const FRAME_INTERVAL_MS = 1_000 / 15;

/** A client of a user of its own, whose camera takes 15 pictures of 64 x 48 a second until it is told to finish. */
export class FilmedCapture {
  /** Resolves with the moment, of `performance.now()`, at which the client knew that this was over. */
  readonly over: Promise<number>;
  #seq = 0;
  readonly #camera = setInterval(() => this.#frame(), FRAME_INTERVAL_MS);

  private constructor(
    readonly url: string,
    readonly capture_id: string,
    private readonly client: CaptureSocketClient,
    private readonly jpeg: Buffer,
  ) {
    this.over = new Promise((resolve) => {
      const end = (): void => {
        clearInterval(this.#camera);
        resolve(performance.now());
      };
      client.socket.on('message', () => {
        if (this.verdict !== undefined) end();
      });
      void client.closed.then(end);
    });
  }

  /** Resolves once the extractor has its first frame, or the capture was refused. */
  static async start(url: string, capture_id: string, jpeg: Buffer): Promise<FilmedCapture> {
    const client = await CaptureSocketClient.connect(url, [CAPTURE_SUBPROTOCOL]);
    const capture = new FilmedCapture(url, capture_id, client, jpeg);
    client.open({ capture_id, user_id: capture_id, width: 64, height: 48 });
    capture.#frame();
    await Promise.race([client.heard('capture.ack'), client.closed]);
    return capture;
  }

  get frames_sent(): number {
    return this.#seq;
  }

  /** How the server said that it ended. */
  get verdict(): Extract<CaptureServerMessage, { event: 'capture.closed' | 'capture.abort' }> | undefined {
    const [verdict, another] = this.client.messages.filter(
      (message) => message.event === 'capture.closed' || message.event === 'capture.abort',
    );
    if (another) throw new Error('the server said twice how it ended');
    return verdict;
  }

  /** How its socket was closed, once it is. */
  get closed(): CaptureSocketClient['closed'] {
    return this.client.closed;
  }

  /** Resolves once so many frames more are acknowledged, or it is over. */
  async goesOn(frames: number): Promise<void> {
    const wanted = this.#seq + frames;
    while (this.verdict === undefined && this.#acknowledged < wanted) {
      await Promise.race([this.client.heard('capture.ack', this.#acks + 1), this.client.closed]);
    }
  }

  /** Ends it; resolves once the server has closed. */
  async finish(): Promise<void> {
    clearInterval(this.#camera);
    this.client.close({ capture_id: this.capture_id });
    await this.client.closed;
  }

  get #acks(): number {
    return this.client.messages.filter(({ event }) => event === 'capture.ack').length;
  }

  get #acknowledged(): number {
    const acks = this.client.messages.flatMap((message) => (message.event === 'capture.ack' ? [message.seq] : []));
    return acks.at(-1) ?? 0;
  }

  #frame(): void {
    this.#seq += 1;
    this.client.frame(this.#seq, this.jpeg, { capture_id: this.capture_id });
  }
}
