import { Clock, type StreamOpen } from '@a3cp/capture-domain';
import { Injectable } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { DecodeLine, type FrameOwner } from './decode-line.js';
import { PictureDecoder } from './picture-decoder.js';
import { Ranking } from './ranking.js';

/** JPEG bytes of all captures that the extractor owns and has not decoded. */
const MAX_BYTES = 64_000_000;

/** Frames decoded at the same time. libuv's pool has four threads by default; the fourth is for everything else. */
const DECODERS = Math.min(availableParallelism(), 3);

/**
 * Decodes the frames of all captures. An acknowledgement waits for room in this queue and never for a decoder. Each capture has
 * its own bound, and the process has one.
 *
 * If the decoders cannot keep up, equal shares would slow every capture down until none ends in time. So each capture is
 * guaranteed two thirds of its frame rate: the first capture of each user before the second of any, otherwise in the order of
 * their opens. The rest goes to all in turn. If nothing is left for a capture, it finds no room, and the others stay whole.
 * docs/integration/downstream.md, "Fairness".
 */
@Injectable()
export class DecodeQueue {
  /** Captures with a frame that waits for room in the process. */
  readonly #waiting = new Ranking<DecodeLine>(byRank);
  /** Captures with a frame to decode that have not had what they are guaranteed. */
  readonly #due = new Ranking<DecodeLine>(byRank);
  /** Other captures with a frame to decode. */
  readonly #early = new Ranking<DecodeLine>((a, b) => a.due_at - b.due_at || byRank(a, b));
  /** Captures with a frame that is being decoded. */
  readonly #busy = new Set<DecodeLine>();
  #opened = 0;
  #bytes = 0;

  constructor(
    private readonly decoder: PictureDecoder,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens the line of a capture that begins.
   *
   * @param nth how many other captures of its user run: second captures are served after all users' first
   */
  open({ fps_target }: StreamOpen, nth: number, owner: FrameOwner): DecodeLine {
    const turn = { nth, rank: this.#opened++, fps: fps_target, due_at: this.clock.now() };
    const line = new DecodeLine(turn, owner, () => this.#queue(line));
    return line;
  }

  #queue(line: DecodeLine): void {
    if (line.offered) this.#waiting.add(line);
    this.#enlist(line);
    this.#admit();
    this.#start();
  }

  #enlist(line: DecodeLine): void {
    if (line.first && !this.#busy.has(line)) this.#early.add(line);
  }

  #admit(): void {
    for (let line = this.#waiting.first; line; line = this.#waiting.first) {
      const bytes = line.offered?.byte_length ?? 0;
      // the first frame of an empty queue is always taken, however large it is
      if (this.#bytes > 0 && this.#bytes + bytes > MAX_BYTES) return;
      this.#waiting.delete(line);
      this.#bytes += bytes;
      line.accept();
      this.#enlist(line);
    }
  }

  #start(): void {
    while (this.#busy.size < DECODERS) {
      const line = this.#next();
      if (!line) return;
      void this.#decode(line);
    }
  }

  #next(): DecodeLine | undefined {
    const now = this.clock.now();
    for (let line = this.#early.first; line && line.due_at <= now; line = this.#early.first) {
      this.#early.delete(line);
      this.#due.add(line);
    }
    const next = this.#due.first ?? this.#early.first;
    if (!next) return undefined;
    this.#due.delete(next);
    this.#early.delete(next);
    next.serve(now);
    return next;
  }

  async #decode(line: DecodeLine): Promise<void> {
    const item = line.first;
    if (!item) return;
    this.#busy.add(line);
    const picture = await this.decoder.decode(item.payload, item.width, item.height);
    this.#busy.delete(line);
    this.#bytes -= item.byte_length;
    line.settle(picture);
    this.#queue(line);
  }
}

function byRank(a: DecodeLine, b: DecodeLine): number {
  return a.nth - b.nth || a.rank - b.rank;
}
