import { refuseUnreadable, routesBelow } from '@a3cp/service';
import { NatsSessionEnds } from '@a3cp/landmark-forwarders/nats';
import { type DynamicModule, Module, type OnModuleInit, type Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type NotifiedGateway, SessionEndNotifier } from './session-end-notifier.js';
import { SessionManagerController } from './session-manager.controller.js';
import { SessionRegistry } from './session-registry.js';
import { TicketIssuer } from './ticket-issuer.js';

/** What the stub can do besides. */
export interface SessionManagerModuleOptions {
  /** Signs capture tickets; shared with the gateway. PROTOCOL.md, "Tickets". @default none are issued */
  readonly ticket_secret?: string | null;
  /**
   * The gateway that receives reports of ended sessions. docs/integration/sessions.md, "The end of a session". @default no
   * reports are sent
   */
  readonly gateway?: NotifiedGateway | null;
  /**
   * The NATS server for reports of ended sessions to all gateways. docs/integration/several-gateways.md. @default no reports are
   * sent
   */
  readonly nats_url?: string | null;
}

/**
 * A stub of session_manager for a Nest application on Express: it knows what the gateway and its clients need of sessions,
 * keeps them in memory, and checks no one's right to start or end them.
 */
@Module({
  controllers: [SessionManagerController],
  providers: [SessionRegistry],
  exports: [SessionRegistry],
})
export class SessionManagerModule implements OnModuleInit {
  /** The stub that also issues tickets, or tells gateways of sessions that end. */
  static with({ ticket_secret, gateway, nats_url }: SessionManagerModuleOptions): DynamicModule {
    const providers: Provider[] = [];
    if (ticket_secret) providers.push({ provide: TicketIssuer, useFactory: () => new TicketIssuer(ticket_secret) });
    if (gateway) providers.push({ provide: SessionEndNotifier, useFactory: () => new SessionEndNotifier(gateway) });
    if (nats_url) providers.push({ provide: NatsSessionEnds, useFactory: () => new NatsSessionEnds(nats_url) });
    return { module: SessionManagerModule, providers };
  }

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    this.adapterHost.httpAdapter.use(routesBelow('session_manager'), refuseUnreadable);
  }
}
