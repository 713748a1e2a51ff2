import { Clock } from '@a3cp/capture-domain';
import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ReaderPlaces, type ReadersOf } from './reader-places.js';
import type { Owner } from './turns.js';

/** How long a reader may take nothing of what waits for it, milliseconds. docs/integration/landmarks.md, "Readers". */
const MAX_STALL_MS = 30_000;

const SWEEP_INTERVAL_MS = 5_000;

/** How long a refused reader waits for its answer, seconds, and when it may ask again. docs/integration/landmarks.md, "Readers". */
export const RETRY_AFTER_S = 1;

/** How many of them wait at once. One more is answered at once, since each holds some kilobytes. */
const MAX_RESTING = 1_000;

/** A reader of an answer. */
interface Reader {
  readonly socket: Socket;
  /** Bytes that the network has taken of the connection. */
  taken: number;
  /** When it took some, or nothing waited. */
  moved_at: number;
  /** Gives its place back, once. */
  readonly over: () => void;
}

/**
 * The readers of results: each has a place until its answer is over, and is cut off if it takes nothing. One that finds no
 * place waits for the refusal, so that asking again and again costs the captures nothing.
 */
@Injectable()
export class ResultReaders {
  readonly #places = new ReaderPlaces();
  readonly #readers = new Set<Reader>();
  #stopSweeping: (() => void) | null = null;
  #resting = 0;

  constructor(private readonly clock: Clock) {}

  /** How many refused readers wait for their answer. */
  get resting(): number {
    return this.#resting;
  }

  /** Resolves once a refused reader has waited long enough. */
  async rest(): Promise<void> {
    if (this.#resting >= MAX_RESTING) return;
    this.#resting += 1;
    await new Promise<void>((rested) => {
      const stop = this.clock.every(RETRY_AFTER_S * 1_000, () => {
        stop();
        rested();
      });
    });
    this.#resting -= 1;
  }

  /** Gives a place to the reader of this answer about a capture. Returns null, or the bound that is reached. */
  admit(socket: Socket, response: ServerResponse, capture_id: string, owner: Owner): ReadersOf | null {
    const giveBack = this.#places.take(capture_id, owner);
    if (typeof giveBack === 'string') return giveBack;
    const over = (): void => {
      if (!this.#readers.delete(reader)) return;
      giveBack();
      if (this.#readers.size > 0) return;
      this.#stopSweeping?.();
      this.#stopSweeping = null;
    };
    const reader: Reader = { socket, taken: 0, moved_at: this.clock.now(), over };
    this.#readers.add(reader);
    response.once('close', over);
    this.#stopSweeping ??= this.clock.every(SWEEP_INTERVAL_MS, () => this.#sweep());
    return null;
  }

  #sweep(): void {
    const now = this.clock.now();
    for (const reader of this.#readers) {
      const { socket } = reader;
      // an answer that waits behind another one of its connection gets no event at the connection's end
      if (socket.destroyed) reader.over();
      const taken = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || taken !== reader.taken) Object.assign(reader, { taken, moved_at: now });
      else if (now - reader.moved_at > MAX_STALL_MS) socket.destroy();
    }
  }
}
