import { type ArgumentsHost, Catch, Module, NotFoundException, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { ignoreOtherUpgrades } from './other-upgrades.js';
import { refuseUnreadable } from './unreadable-request.js';

/** Until a request is there, its body with it; milliseconds. Node.js looks for late ones every 30 s. */
const REQUEST_TIMEOUT_MS = 10_000;

/** The 404 of a path that nothing answers at, which Nest by itself words with the path. */
@Catch(NotFoundException)
class NoSuchRouteFilter extends BaseExceptionFilter<NotFoundException> {
  override catch(exception: NotFoundException, host: ArgumentsHost): void {
    const isNests = /^Cannot [A-Z]+ /.test(exception.message);
    super.catch(isNests ? new NotFoundException() : exception, host);
  }
}

/**
 * For an application that owns its server, whatever routes it has: no error repeats what the client sent, and no request is
 * waited for for long. A library leaves the routes that are not its own to its host.
 */
@Module({ providers: [{ provide: APP_FILTER, useClass: NoSuchRouteFilter }] })
export class OwnServerModule implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.use(refuseUnreadable);
    const server = httpAdapter.getHttpServer() as Server;
    // both, since of two that differ Node.js takes the longer one for the whole
    server.headersTimeout = server.requestTimeout = REQUEST_TIMEOUT_MS;
    ignoreOtherUpgrades(server);
  }
}
