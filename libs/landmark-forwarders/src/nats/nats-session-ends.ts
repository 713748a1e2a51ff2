import type { EndedSession } from '@a3cp/capture-domain';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { closedSubject, encodeEndedSession } from './nats-cluster-framing.js';
import { NatsLink } from './nats-connection.js';

/**
 * Reports ended sessions to all gateways at one NATS server. A Nest provider: it connects when the application starts, and
 * disconnects when it has shut down. docs/integration/several-gateways.md.
 */
export class NatsSessionEnds implements OnModuleInit, OnApplicationShutdown {
  #link: NatsLink | null = null;

  /** @param url such as `nats://user:password@host:4222`; `tls://` encrypts */
  constructor(private readonly url: string) {}

  async onModuleInit(): Promise<void> {
    this.#link = await NatsLink.connect(this.url, 'session_manager', 0, () => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#link?.close();
    this.#link = null;
  }

  /** Reports to the connected gateways; others find out by their checks. */
  ended(session: EndedSession): void {
    this.#link?.tell(closedSubject(session), encodeEndedSession(session));
  }
}
