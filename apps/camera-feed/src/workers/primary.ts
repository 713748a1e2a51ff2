import { type CaptureClaim, CaptureClaims, type ClaimAnswer } from '@a3cp/capture-domain';
import type { Worker } from 'node:cluster';
import type { PrimaryMessage, WorkerMessage } from './worker-messages.js';

/**
 * The primary, as one of its workers sees it: it keeps the claims of all workers, and says when to stop. A worker whose
 * primary is gone is ended by node:cluster.
 */
export class Primary extends CaptureClaims {
  /** Resolves when the worker is to finish what it is doing and to end. */
  readonly told_to_stop: Promise<void>;
  readonly #unanswered = new Map<number, (answer: ClaimAnswer) => void>();
  #last_id = 0;

  /** `worker` is the one this process is. */
  constructor(private readonly worker: Pick<Worker, 'on' | 'send'>) {
    super();
    let stop = (): void => undefined;
    this.told_to_stop = new Promise((resolve) => (stop = resolve));
    worker.on('message', (message: PrimaryMessage) => {
      switch (message.type) {
        case 'claim.answered':
          this.#unanswered.get(message.id)?.(message.answer);
          return;
        case 'stop':
          stop();
      }
    });
  }

  claim(claim: CaptureClaim, signal: AbortSignal): Promise<ClaimAnswer> {
    const id = ++this.#last_id;
    const letGo = (): void => {
      this.#unanswered.delete(id);
      this.#tell({ type: 'release', capture_id: claim.capture_id });
    };
    signal.addEventListener('abort', letGo, { once: true });
    return new Promise((resolve) => {
      this.#unanswered.set(id, (answer) => {
        this.#unanswered.delete(id);
        resolve(answer);
      });
      this.#tell({ type: 'claim', id, claim });
    });
  }

  #tell(message: WorkerMessage): void {
    // a message that cannot be sent has no one to take it, and this process is about to end
    this.worker.send(message, undefined, undefined, () => undefined);
  }
}
