import { Clock } from '@a3cp/capture-domain';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { LandmarkJob } from './landmark-job.js';
import { LandmarkFinder } from './landmarks/landmark-finder.js';
import { PictureDecoder } from './picture-decoder.js';

/** Captures that run or have frames that wait; each may hold all its frames, so 1,000,000,000 bytes at a gateway's default limits. */
const MAX_UNFINISHED = 20;

/** Shares the threads of the finder among the captures, one frame of each in turn. PROTOCOL.md, "Landmarks". */
@Injectable()
export class LandmarkQueue implements OnModuleInit, OnModuleDestroy {
  /** In the order in which their turn comes. */
  readonly #jobs = new Set<LandmarkJob>();
  #free: number;
  #stopped = false;

  constructor(
    @Inject(LandmarkFinder) private readonly finder: LandmarkFinder | null,
    private readonly decoder: PictureDecoder,
    private readonly clock: Clock,
  ) {
    this.#free = finder?.threads ?? 0;
  }

  /** Loading takes a processor for a second: better nobody's capture runs then. */
  async onModuleInit(): Promise<void> {
    await this.finder?.load();
  }

  /** Whether too many captures are unfinished for another to {@link open}. */
  get full(): boolean {
    return this.#jobs.size >= MAX_UNFINISHED;
  }

  /** For a capture that begins; null if no landmarks are looked for. */
  open(): LandmarkJob | null {
    if (!this.finder || this.#stopped) return null;
    const job = new LandmarkJob(this.finder, this.decoder, this.clock, () => this.#share());
    this.#jobs.add(job);
    return job;
  }

  /** What is not done by now is left out, so that nobody waits for it. */
  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    for (const job of this.#jobs) job.giveUp();
    await this.finder?.close();
  }

  #share(): void {
    for (const job of [...this.#jobs]) {
      if (job.finished) this.#jobs.delete(job);
      if (this.#free > 0 && job.ready) void this.#work(job);
    }
  }

  async #work(job: LandmarkJob): Promise<void> {
    this.#free -= 1;
    // to the end of the line
    this.#jobs.delete(job);
    this.#jobs.add(job);
    await job.work();
    this.#free += 1;
    this.#share();
  }
}
