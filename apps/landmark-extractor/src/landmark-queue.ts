import { Clock } from '@a3cp/capture-domain';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Holdings } from './holdings.js';
import { LandmarkJob } from './landmark-job.js';
import { LandmarkFinder } from './landmarks/landmark-finder.js';
import { PictureDecoder } from './picture-decoder.js';
import { type Owner, Turns } from './turns.js';

/** JPEG bytes that wait to be looked at: of all captures, of one user's, and of one session's. */
const MAX_BYTES = 256_000_000;
const MAX_BYTES_OF_USER = 32_000_000;
const MAX_BYTES_OF_SESSION = 16_000_000;

/** The part of each of them above which no capture begins: the rest is for the captures that run. */
const OPEN_UP_TO = 3 / 4;

/**
 * Shares the threads of the finder among users, then among the sessions of each, then among the captures of each, one frame at a
 * time. A session or user whose waiting frames exceed its share loses its own oldest ones.
 * docs/integration/downstream.md, "Fairness".
 */
@Injectable()
export class LandmarkQueue implements OnModuleInit, OnModuleDestroy {
  readonly #unfinished = new Set<LandmarkJob>();
  readonly #turns = new Turns<LandmarkJob>();
  /** Bytes that wait. */
  readonly #held = new Holdings();
  /** Captures with frames that wait, oldest first, by their session. */
  readonly #waiting = new Map<string, Set<LandmarkJob>>();
  #free: number;
  #stopped = false;

  constructor(
    @Inject(LandmarkFinder) private readonly finder: LandmarkFinder | null,
    private readonly decoder: PictureDecoder,
    private readonly clock: Clock,
  ) {
    this.#free = finder?.threads ?? 0;
  }

  /** Whether landmarks are looked for at all. */
  get looks(): boolean {
    return this.finder !== null;
  }

  /** Loads the models, which takes a processor for a second, before the first capture. */
  async onModuleInit(): Promise<void> {
    await this.finder?.load();
  }

  /** For a capture that begins; null if no landmarks are looked for. */
  open(owner: Owner): LandmarkJob | null {
    if (!this.finder || this.#stopped) return null;
    const job = new LandmarkJob(owner, this.finder, this.decoder, this.clock, {
      changed: () => this.#changed(job),
      waiting: (bytes) => this.#count(job, bytes),
    });
    this.#unfinished.add(job);
    return job;
  }

  /** Why no capture of this owner may begin while so much waits; null if one may. docs/integration/downstream.md, "Fairness". */
  refusal(owner: Owner): 'share_exceeded' | 'busy' | null {
    if (this.#held.ofSession(owner) > OPEN_UP_TO * MAX_BYTES_OF_SESSION) return 'share_exceeded';
    if (this.#held.ofUser(owner) > OPEN_UP_TO * MAX_BYTES_OF_USER) return 'share_exceeded';
    return this.#held.total > OPEN_UP_TO * MAX_BYTES ? 'busy' : null;
  }

  /** Leaves out what is not done by now, so that a stop does not wait for it. */
  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    for (const job of this.#unfinished) job.giveUp();
    await this.finder?.close();
  }

  #changed(job: LandmarkJob): void {
    if (job.finished) this.#unfinished.delete(job);
    if (job.ready) this.#turns.add(job);
    else this.#turns.delete(job);
    while (this.#free > 0) {
      const next = this.#turns.take();
      if (!next) return;
      void this.#work(next);
    }
  }

  async #work(job: LandmarkJob): Promise<void> {
    this.#free -= 1;
    await job.work();
    this.#free += 1;
    this.#changed(job);
  }

  /** The waiting bytes have changed by this number. */
  #count(job: LandmarkJob, bytes: number): void {
    const { owner } = job;
    const key = keyOf(owner);
    const jobs = this.#waiting.get(key) ?? new Set<LandmarkJob>();
    this.#held.add(owner, bytes);
    if (job.waits) this.#waiting.set(key, jobs.add(job));
    else if (jobs.delete(job) && jobs.size === 0) this.#waiting.delete(key);
    if (bytes > 0) this.#trim(owner);
  }

  #trim(owner: Owner): void {
    while (this.#held.ofSession(owner) > MAX_BYTES_OF_SESSION && this.#dropOldest(owner));
    while (this.#held.ofUser(owner) > MAX_BYTES_OF_USER && this.#dropOldest(this.#held.heaviestOf(owner)));
    while (this.#held.total > MAX_BYTES && this.#dropOldest(this.#held.heaviest()));
  }

  /** Whether there was something to drop. */
  #dropOldest(owner: Owner | undefined): boolean {
    const [oldest] = (owner && this.#waiting.get(keyOf(owner))) ?? [];
    oldest?.dropOldest();
    return oldest !== undefined;
  }
}

function keyOf({ user_id, session_id }: Owner): string {
  return JSON.stringify([user_id, session_id]);
}
