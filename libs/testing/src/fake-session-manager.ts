import { type SessionStatus, SessionValidator } from '@a3cp/capture-domain';
import { EventEmitter, once } from 'node:events';

/** A `SessionValidator` that stands for session_manager. By default every session is active; a test decides every answer. */
export class FakeSessionManager extends SessionValidator {
  /** The answer to every question; 'when told' leaves it open. */
  answers: SessionStatus | 'unavailable' | 'when told' = 'active';
  /** Questions asked so far. */
  asked = 0;
  readonly events = new EventEmitter<{ asked: [] }>();
  readonly #pending: ((status: SessionStatus | 'unavailable') => void)[] = [];

  validate(): Promise<SessionStatus> {
    this.asked += 1;
    const answered = new Promise<SessionStatus>((resolve, reject) => {
      const settle = (status: SessionStatus | 'unavailable'): void => {
        if (status === 'unavailable') reject(new Error('session_manager is away'));
        else resolve(status);
      };
      if (this.answers === 'when told') this.#pending.push(settle);
      else settle(this.answers);
    });
    this.events.emit('asked');
    return answered;
  }

  /** Answers the oldest question that waits. */
  answer(status: SessionStatus | 'unavailable'): void {
    this.#pending.shift()?.(status);
  }

  /** The next question; call it before the act that brings it about. */
  async next(): Promise<void> {
    await once(this.events, 'asked');
  }
}
