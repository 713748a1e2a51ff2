import { Injectable } from '@nestjs/common';
import {
  type CaptureClaim,
  type ClaimAnswer,
  type ClaimLimits,
  roomFault,
  type RoomLimits,
} from './ports/capture-claims.js';
import type { CaptureNotice, CaptureOutcome } from './capture/effect.js';
import type { CaptureLoad } from './capture/event.js';
import type { CaptureGrant } from './capture/grant.js';
import type { CaptureOpen } from './capture/message.js';
import { type CaptureState, heldBytes } from './capture/state.js';
import type { CaptureWatch } from './watching/capture-watch.js';
import { ClaimLedger } from './claims/claim-ledger.js';
import type { ForwardQueue } from './forward-queue.js';
import type { PortName } from './watching/port-watch.js';

/** Receives what a connection needs to know. */
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
  /** The observers of its capture. */
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
  /** The port that owes the capture an answer. */
  awaits: PortName | null;
  /** What this entry counts for among the running captures; null before its session is found active. */
  claim: CaptureClaim | null;
}

/** The captures of this process, in memory only. It keeps indexes, and no second copy of a capture's state. */
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
    const nothing = { queue: null, awaits: null, claim: null };
    const entry: CaptureEntry = { connection_key, observer, origin, lifetime, state, ...nothing };
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
      ({ state }) => 'open' in state && state.open.user_id === user_id && state.open.session_id === session_id,
    );
  }

  /** The running captures beside a capture that is about to open: those whose sessions were found active. */
  load(open: CaptureOpen): Omit<CaptureLoad, 'opens_of_address'> {
    return { ...this.#claims.load(open), captures: this.#claims.size };
  }

  /** Claims for a capture whose session was found active. It counts until its connection is forgotten. */
  claim(entry: CaptureEntry, claim: CaptureClaim, limits: ClaimLimits & RoomLimits): ClaimAnswer {
    const answer = roomFault(this.#claims.size, limits) ?? this.#claims.claim(entry.connection_key, claim, limits);
    if (answer === 'granted') entry.claim = claim;
    return answer;
  }

  /** Stores the next state; forgets the connection once it is closed. */
  store(entry: CaptureEntry, state: CaptureState): void {
    this.#held_bytes += heldBytes(state) - heldBytes(entry.state);
    entry.state = state;
    if (state.phase === 'closed') this.#remove(entry);
  }

  #remove({ connection_key, claim }: CaptureEntry): void {
    if (!this.#entries.delete(connection_key) || claim === null) return;
    this.#claims.release(connection_key, claim.capture_id);
  }
}
