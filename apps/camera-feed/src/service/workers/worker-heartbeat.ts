/** Between two beats of a worker, and between two looks of the primary, milliseconds. */
export const BEAT_INTERVAL_MS = 500;

/** Looks in a row without a beat after which a worker hangs: 4 s, so that it is killed within 5 s. */
const MAX_SILENT_LOOKS = 8;

/** Looks before the first beat after which a worker hangs: 30 s, since a program takes seconds to load on a busy machine. */
const MAX_START_LOOKS = 60;

/**
 * Finds workers that do not beat. It counts looks and not time: after a stall of the primary itself, no worker is taken for
 * one that hangs.
 */
export class WorkerHeartbeat {
  readonly #silent_looks = new Map<number, number>();

  /** A worker was started. */
  started(worker_id: number): void {
    this.#silent_looks.set(worker_id, MAX_SILENT_LOOKS - MAX_START_LOOKS);
  }

  /** A worker has beaten. */
  beat(worker_id: number): void {
    this.#silent_looks.set(worker_id, 0);
  }

  /** A worker has ended. */
  forget(worker_id: number): void {
    this.#silent_looks.delete(worker_id);
  }

  /** To be called every {@link BEAT_INTERVAL_MS}. Returns the workers that hang, each once. */
  look(): number[] {
    const hanging: number[] = [];
    for (const [worker_id, looks] of this.#silent_looks) {
      if (looks < MAX_SILENT_LOOKS) this.#silent_looks.set(worker_id, looks + 1);
      else hanging.push(worker_id);
    }
    for (const worker_id of hanging) this.forget(worker_id);
    return hanging;
  }
}
