import {
  type ForwardItem,
  LandmarkForwarder,
  type LandmarkStream,
  type StreamEnd,
  type StreamOpen,
} from '@a3cp/capture-domain';
import { EventEmitter, once } from 'node:events';

interface Answer {
  readonly resolve: () => void;
  readonly reject: () => void;
}

/** One capture as the extractor saw it. */
export class FakeStream implements LandmarkStream {
  readonly frames: ForwardItem[] = [];
  readonly ends: StreamEnd[] = [];
  /** Every call, in order. */
  readonly calls: ('frame' | 'end')[] = [];
  acknowledged_frames = 0;
  /** How many frames were acknowledged when the end came. */
  acknowledged_at_end = 0;
  readonly failed: Promise<void>;
  /** Breaks the stream between calls. */
  break!: () => void;
  /** The calls that wait for their answer, oldest first. */
  readonly #unanswered: Answer[] = [];

  constructor(
    readonly open: StreamOpen,
    private readonly extractor: FakeExtractor,
  ) {
    this.failed = new Promise((resolve) => (this.break = resolve));
  }

  forward(item: ForwardItem): Promise<void> {
    this.frames.push(item);
    return this.#answer('frame').then(() => {
      this.acknowledged_frames += 1;
    });
  }

  end(end: StreamEnd): Promise<void> {
    this.ends.push(end);
    this.acknowledged_at_end = this.acknowledged_frames;
    return this.#answer('end');
  }

  /** Acknowledges the oldest unanswered frame or end. */
  acknowledge(): void {
    this.#unanswered.shift()?.resolve();
  }

  /** Refuses the oldest unanswered frame or end. */
  refuse(): void {
    this.#unanswered.shift()?.reject();
  }

  #answer(event: 'frame' | 'end'): Promise<void> {
    this.calls.push(event);
    const answered = new Promise<void>((resolve, reject) => {
      this.#unanswered.push({ resolve, reject: () => reject(new Error('refused')) });
    });
    if (this.extractor.answers === 'at once') this.acknowledge();
    this.extractor.events.emit(event, this);
    return answered;
  }
}

/** A `LandmarkForwarder` that stands for transport and extractor. By default it takes everything; a test decides every answer. */
export class FakeExtractor extends LandmarkForwarder {
  /** Whether frames and ends are acknowledged by themselves. */
  answers: 'at once' | 'when told' = 'at once';
  /** What becomes of an open. */
  opens: 'accepted' | 'refused' | 'when told' = 'accepted';
  readonly streams: FakeStream[] = [];
  readonly events = new EventEmitter<{ open: [StreamOpen]; frame: [FakeStream]; end: [FakeStream] }>();
  readonly #pending: Answer[] = [];

  /** The only stream there is. */
  get stream(): FakeStream {
    const [stream] = this.streams;
    if (!stream || this.streams.length > 1) throw new Error(`expected one stream, there are ${this.streams.length}`);
    return stream;
  }

  open(open: StreamOpen, signal: AbortSignal): Promise<LandmarkStream> {
    const opened = new Promise<LandmarkStream>((resolve, reject) => {
      const refuse = (): void => reject(new Error('refused'));
      const accept = (): void => {
        if (signal.aborted) return;
        const stream = new FakeStream(open, this);
        this.streams.push(stream);
        resolve(stream);
      };
      signal.addEventListener('abort', refuse, { once: true });
      if (this.opens === 'accepted') accept();
      else if (this.opens === 'refused') refuse();
      else this.#pending.push({ resolve: accept, reject: refuse });
    });
    this.events.emit('open', open);
    return opened;
  }

  /** Accepts the oldest open that waits. */
  acceptOpen(): void {
    this.#pending.shift()?.resolve();
  }

  /** Refuses the oldest open that waits. */
  refuseOpen(): void {
    this.#pending.shift()?.reject();
  }

  /** The next open, frame or end that arrives; call it before the act that brings it about. */
  async next(event: 'open' | 'frame' | 'end'): Promise<void> {
    await once(this.events, event);
  }
}
