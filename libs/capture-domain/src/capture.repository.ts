import { Injectable } from '@nestjs/common';
import type { CaptureNotice, CaptureOutcome } from './capture-effect.js';
import type { CaptureLoad } from './capture-event.js';
import type { CaptureGrant } from './capture-grant.js';
import type { CaptureOpen } from './capture-message.js';
import { type CaptureState, heldBytes } from './capture-state.js';
import type { CaptureWatch } from './capture-watch.js';
import { ClaimLedger } from './claim-ledger.js';
import type { ForwardQueue } from './forward-queue.js';

/** Who is told what a connection needs to know. */
export interface CaptureObserver {
  /** The capture has come further. */
  notified(notice: CaptureNotice): void;
  /** The capture is over for the client; called at most once. */
  finished(outcome: CaptureOutcome): void;
  /** The next message may be decided again. */
  ready(): void;
  /** Whether bytes of a message arrived since the last call. */
  heard(): boolean;
}

/** Where a connection comes from, as far as the rules care. */
export interface ConnectionOrigin {
  /** What it may capture; null where the host does not say. */
  readonly grant: CaptureGrant | null;
  /** Who looks on at its capture. */
  readonly watch: CaptureWatch;
  /** Counts one more `capture.open` from there; returns how many came in the minute that runs, this one counted. */
  countOpen(): number;
}

/** One connection: its capture and what carries its effects out. */
export interface CaptureEntry {
  readonly connection_key: number;
  readonly observer: CaptureObserver;
  readonly origin: ConnectionOrigin;
  /** Aborts when the capture is over; the lifetime of its stream downstream. */
  readonly lifetime: AbortController;
  state: CaptureState;
  queue: ForwardQueue | null;
  /** The open this entry counts for among the running captures. */
  claim: CaptureOpen | null;
}

/** The captures of this process, in memory only. It keeps no capture state of its own, only the indexes over it. */
@Injectable()
export class CaptureRepository {
  readonly #entries = new Map<number, CaptureEntry>();
  readonly #claims = new ClaimLedger<number>();
  #last_key = 0;
  #held_bytes = 0;

  /** Connections in this process. */
  get size(): number {
    return this.#entries.size;
  }

  /** Frame bytes that all captures of this process hold together. */
  get held_bytes(): number {
    return this.#held_bytes;
  }

  add(observer: CaptureObserver, origin: ConnectionOrigin, state: CaptureState): CaptureEntry {
    // process-local and never emitted: the only identifier that is made here
    const connection_key = ++this.#last_key;
    const lifetime = new AbortController();
    const entry: CaptureEntry = { connection_key, observer, origin, lifetime, state, queue: null, claim: null };
    this.#entries.set(connection_key, entry);
    return entry;
  }

  find(connection_key: number): CaptureEntry | undefined {
    return this.#entries.get(connection_key);
  }

  all(): Iterable<CaptureEntry> {
    return this.#entries.values();
  }

  /** The captures of a session, those too that are over but for their end downstream. */
  ofSession(user_id: string, session_id: string): readonly CaptureEntry[] {
    return [...this.#entries.values()].filter(
      ({ claim }) => claim?.user_id === user_id && claim.session_id === session_id,
    );
  }

  /** What runs beside a capture that is about to open. */
  load(open: CaptureOpen): Omit<CaptureLoad, 'opens_of_address'> {
    return { ...this.#claims.load(open), captures: this.#claims.size };
  }

  /** Stores the next state; counts the capture once it is opened, forgets the connection once it is closed. */
  store(entry: CaptureEntry, state: CaptureState): void {
    this.#held_bytes += heldBytes(state) - heldBytes(entry.state);
    entry.state = state;
    if (entry.claim === null && state.phase === 'opening') this.#claim(entry, state.open);
    if (state.phase === 'closed') this.#remove(entry);
  }

  #claim(entry: CaptureEntry, open: CaptureOpen): void {
    entry.claim = open;
    this.#claims.add(entry.connection_key, open);
  }

  #remove({ connection_key, claim }: CaptureEntry): void {
    if (!this.#entries.delete(connection_key) || claim === null) return;
    this.#claims.release(connection_key, claim.capture_id);
  }
}
