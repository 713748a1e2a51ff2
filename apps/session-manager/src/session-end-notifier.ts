import { PeerLog } from '@a3cp/capture-domain';
import { Injectable } from '@nestjs/common';

/** The receiver of reports of ended sessions. */
export interface NotifiedGateway {
  /** http or https, with or without a slash at its end. */
  readonly camera_feed_url: string;
  /** Shared with the gateway. */
  readonly sessions_closed_secret: string;
}

/** A gateway that does not answer by then is not waited for: it asks by itself within that time. */
const TIMEOUT_MS = 5_000;

/** Reports an ended session to the gateway. docs/integration/sessions.md, "The end of a session". */
@Injectable()
export class SessionEndNotifier {
  readonly #log = new PeerLog(SessionEndNotifier.name);

  constructor(private readonly gateway: NotifiedGateway) {}

  /** Resolves when the report was delivered or has failed. */
  async ended(user_id: string, session_id: string): Promise<void> {
    const { camera_feed_url, sessions_closed_secret } = this.gateway;
    try {
      const { ok, status, body } = await fetch(
        `${camera_feed_url.replace(/\/+$/, '')}/camera_feed_worker/sessions.closed`,
        {
          method: 'POST',
          headers: {
            authorization: `Bearer ${sessions_closed_secret}`,
            'content-type': 'application/json',
            // the gateway closes idle connections, also while the next request is on its way
            connection: 'close',
          },
          body: JSON.stringify({ user_id, session_id }),
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        },
      );
      // its text is of no interest, however long it is
      await body?.cancel();
      if (!ok) this.#log.warn(`The gateway rejected the report of an ended session: ${status}`, 'refused');
    } catch {
      this.#log.warn('The gateway did not receive the report of an ended session');
    }
  }
}
