import { PeerLog } from '@a3cp/capture-domain';
import {
  type ArgumentsHost,
  Catch,
  type DynamicModule,
  Inject,
  Module,
  NotFoundException,
  type OnModuleInit,
  Optional,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { ignoreOtherUpgrades } from './other-upgrades.js';
import { RequestBodies } from './request-bodies.js';
import { RequestTurns } from './request-turns.js';
import { type SocketLimits, SocketShares } from './socket-shares.js';
import { refuseUnreadable } from './unreadable-request.js';

/** Until a request is there, its body with it; milliseconds. Node.js looks for late ones every 30 s. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Injection token of the {@link SocketLimits}; an application without any provides none. */
const SOCKET_LIMITS = Symbol('SOCKET_LIMITS');

/** The 404 of a path that nothing answers at, which Nest by itself words with the path. */
@Catch(NotFoundException)
class NoSuchRouteFilter extends BaseExceptionFilter<NotFoundException> {
  override catch(exception: NotFoundException, host: ArgumentsHost): void {
    const isNests = /^Cannot [A-Z]+ /.test(exception.message);
    super.catch(isNests ? new NotFoundException() : exception, host);
  }
}

/**
 * For an application that owns its server, whatever routes it has: no error repeats what the client sent, a late request times
 * out, requests take turns, and sockets are bounded where it says so. A library leaves the routes that are not its own to its host.
 */
@Module({ providers: [{ provide: APP_FILTER, useClass: NoSuchRouteFilter }] })
export class OwnServerModule implements OnModuleInit {
  readonly #log = new PeerLog(OwnServerModule.name);

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Optional() @Inject(SOCKET_LIMITS) private readonly limits?: SocketLimits,
  ) {}

  /** For an application whose sockets have these limits. */
  static with(limits: SocketLimits): DynamicModule {
    return { module: OwnServerModule, providers: [{ provide: SOCKET_LIMITS, useValue: limits }] };
  }

  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.use(refuseUnreadable);
    const server = httpAdapter.getHttpServer() as Server;
    // both, since of two that differ Node.js takes the longer one for the whole
    server.headersTimeout = server.requestTimeout = REQUEST_TIMEOUT_MS;
    ignoreOtherUpgrades(server);
    new RequestTurns(server);
    new RequestBodies(server);
    if (this.limits) new SocketShares(server, this.limits, () => this.#closedSocket());
  }

  #closedSocket(): void {
    this.#log.warn('Connections are at their limit, in all or from one address: closing those that wait for a request');
  }
}
