import type { Msg } from '@nats-io/transport-node';
import { type ExtractorStream, Nak, type NakCode } from '../landmark-extractor.js';
import type { NatsAnswer, NatsRequest } from './nats-framing.js';

/** A gateway asks for one frame at a time, and for the end behind it. */
const MAX_UNANSWERED = 2;

/** What is answered in the order in which it was asked. */
type FrameOrEnd = Extract<NatsRequest, { kind: 'frame' | 'end' }>;

/** The worker's part in a capture that one of its leases names. */
interface LeaseKeeper {
  /** The capture has its end. */
  ended(): void;
  /** The extractor itself failed. */
  failed(): void;
}

/** One capture that an extractor has taken over NATS: answers its frames and its end one after the other. */
export class NatsLeasedStream {
  #ended = false;
  /** Why the capture failed after an acknowledgement. */
  #failed: NakCode | null = null;
  /** The answer in progress and those that wait behind it. */
  #answering: Promise<void> = Promise.resolve();
  #unanswered = 0;

  constructor(
    readonly stream: Promise<ExtractorStream>,
    /** Time of the gateway's last word. */
    public heard_at: number,
    private readonly keeper: LeaseKeeper,
  ) {
    stream.then(
      ({ failed }) => void failed?.then((code) => (this.#failed = code)),
      // the worker answers an open that is refused
      () => undefined,
    );
  }

  /** The capture has its end; a repeat of it can still come. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Answers a ping at once. */
  ping(message: Msg): void {
    if (this.#failed === null) answer(message, { event: 'ping.ack' });
    else refuse(message, this.#failed);
  }

  receive(message: Msg, request: FrameOrEnd): void {
    // a gateway that asks for more at once would fill the memory
    if (this.#unanswered === MAX_UNANSWERED) {
      refuse(message, 'busy');
      return;
    }
    this.#unanswered += 1;
    this.#answering = this.#answering.then(() => this.#take(message, request)).then(() => void (this.#unanswered -= 1));
  }

  /** Reports to the extractor, after the answers in progress, that the gateway is gone. */
  lose(): void {
    const tell = (stream: ExtractorStream): void => {
      if (!this.#ended) stream.lost();
    };
    // one that was refused has nothing to lose
    this.#answering.then(() => this.stream).then(tell, () => undefined);
  }

  async #take(message: Msg, request: FrameOrEnd): Promise<void> {
    try {
      const stream = await this.stream;
      if (request.kind === 'frame') {
        await stream.frame(request.item);
        answer(message, { event: 'frame.ack', seq: request.item.seq });
        return;
      }
      await stream.end(request.end);
      this.#ended = true;
      answer(message, { event: 'end.ack' });
      this.keeper.ended();
    } catch (error) {
      refuse(message, error instanceof Nak ? error.code : 'unknown_capture');
      if (!(error instanceof Nak)) this.keeper.failed();
    }
  }
}

export function answer(message: Msg, content: NatsAnswer): void {
  message.respond(JSON.stringify(content));
}

export function refuse(message: Msg, code: NakCode): void {
  answer(message, { event: 'nak', code });
}
