import {
  type CaptureClaim,
  CaptureClaims,
  type ClaimAnswer,
  type Clock,
  type EndedSession,
  type SharedTickets,
  type SpentTicket,
  SystemClock,
} from '@a3cp/capture-domain';
import type { Worker } from 'node:cluster';
import type { SharedMetrics } from '../../observability/metrics.route.js';
import { BEAT_INTERVAL_MS } from './worker-heartbeat.js';
import { Questions } from './questions.js';
import type { PrimaryMessage, WorkerMessage } from './worker-messages.js';

/**
 * The primary, as one of its workers sees it. It keeps the claims and the used tickets of all workers, adds up their metrics, and
 * informs all of what one of them learns. It says when to stop. If the primary is gone, node:cluster ends the worker.
 */
export class Primary extends CaptureClaims implements SharedTickets, SharedMetrics {
  /** Resolves when the worker is to finish what it is doing and to end. */
  readonly told_to_stop: Promise<void>;
  /** Called with each session that another worker has heard the end of. */
  onSessionClosed: (session: EndedSession) => void = () => undefined;
  readonly #claims = new Questions<ClaimAnswer>();
  readonly #tickets = new Questions<boolean>();
  readonly #metrics = new Questions<string | null>();

  /** `worker` is the one this process is; it beats from now on. */
  constructor(
    private readonly worker: Pick<Worker, 'on' | 'send'>,
    clock: Clock = new SystemClock(),
  ) {
    super();
    clock.every(BEAT_INTERVAL_MS, () => this.#tell({ type: 'beat' }));
    let stop = (): void => undefined;
    this.told_to_stop = new Promise((resolve) => (stop = resolve));
    worker.on('message', (message: PrimaryMessage) => {
      switch (message.type) {
        case 'claim.answered':
          this.#claims.answer(message.id, message.answer);
          return;
        case 'ticket.answered':
          this.#tickets.answer(message.id, message.answer);
          return;
        case 'metrics.answered':
          this.#metrics.answer(message.id, message.answer);
          return;
        case 'session.closed':
          this.onSessionClosed(message.session);
          return;
        case 'stop':
          stop();
      }
    });
  }

  claim(claim: CaptureClaim, signal: AbortSignal): Promise<ClaimAnswer> {
    const { id, answer } = this.#claims.ask((id) => this.#tell({ type: 'claim', id, claim }));
    const letGo = (): void => {
      this.#claims.forget(id);
      this.#tell({ type: 'release', capture_id: claim.capture_id });
    };
    signal.addEventListener('abort', letGo, { once: true });
    return answer;
  }

  spend(ticket: SpentTicket): Promise<boolean> {
    return this.#tickets.ask((id) => this.#tell({ type: 'ticket', id, ticket })).answer;
  }

  metrics(): Promise<string | null> {
    return this.#metrics.ask((id) => this.#tell({ type: 'metrics', id })).answer;
  }

  /** Tells the other workers of a session that has ended. */
  sessionClosed(session: EndedSession): void {
    this.#tell({ type: 'session.closed', session });
  }

  #tell(message: WorkerMessage): void {
    // a message that cannot be sent has no one to take it, and this process is about to end
    this.worker.send(message, undefined, undefined, () => undefined);
  }
}
