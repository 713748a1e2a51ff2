import type { MovementMessage, MovementReport, MovementRequest } from './movement.worker.js';

/** Finds out how the hands moved in recordings, of any number at once. */
export class Movements {
  #worker: Worker | null = null;
  readonly #awaited = new Set<string>();

  /** `hear` gets how far a recording is, any number of times, then what was found. */
  constructor(private readonly hear: (capture_id: string, report: MovementReport) => void) {}

  find(request: MovementRequest): void {
    this.#awaited.add(request.capture_id);
    this.#worker ??= this.#start();
    this.#worker.postMessage(request);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./movement.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data: { capture_id, report } }: MessageEvent<MovementMessage>) => {
      if (report.kind !== 'looking') this.#awaited.delete(capture_id);
      this.hear(capture_id, report);
    });
    // its script did not come
    worker.addEventListener('error', () => {
      this.#worker = null;
      for (const capture_id of this.#awaited) this.hear(capture_id, { kind: 'unavailable' });
      this.#awaited.clear();
    });
    return worker;
  }
}
