import { type Clock, type SessionCheck, type SessionStatus, SessionValidator } from '@a3cp/capture-domain';
import type { CameraFeedMetrics } from './camera-feed-metrics.js';

/** Measures how long the validator behind it takes to say what it says. */
export class MeteredSessionValidator extends SessionValidator {
  constructor(
    private readonly validator: SessionValidator,
    private readonly metrics: CameraFeedMetrics,
    private readonly clock: Clock,
  ) {
    super();
  }

  async validate(user_id: string, session_id: string, check: SessionCheck): Promise<SessionStatus> {
    const asked_at = this.clock.now();
    let result: SessionStatus | 'unavailable' = 'unavailable';
    try {
      result = await this.validator.validate(user_id, session_id, check);
      return result;
    } finally {
      this.metrics.session_check_seconds.observe({ result }, (this.clock.now() - asked_at) / 1000);
    }
  }

  override forget(user_id: string, session_id: string): void {
    this.validator.forget?.(user_id, session_id);
  }
}
