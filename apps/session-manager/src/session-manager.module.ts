import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { SessionManagerController } from './session-manager.controller.js';
import { SessionRegistry } from './session-registry.js';
import { TicketIssuer } from './ticket-issuer.js';
import { refuseUnreadableBody, SESSION_MANAGER_ROUTES } from './unreadable-body.js';

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
  /** The stub that also issues capture tickets, signed with a secret it shares with the gateway. PROTOCOL.md, "Tickets". */
  static withTickets(secret: string): DynamicModule {
    return {
      module: SessionManagerModule,
      providers: [{ provide: TicketIssuer, useFactory: () => new TicketIssuer(secret) }],
    };
  }

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    this.adapterHost.httpAdapter.use(SESSION_MANAGER_ROUTES, refuseUnreadableBody);
  }
}
