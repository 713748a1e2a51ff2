import { type ArgumentsHost, Catch, Module, NotFoundException, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { refuseUnreadable } from './unreadable-request.js';

/** The 404 of a path that nothing answers at, which Nest by itself words with the path. */
@Catch(NotFoundException)
class NoSuchRouteFilter extends BaseExceptionFilter<NotFoundException> {
  override catch(exception: NotFoundException, host: ArgumentsHost): void {
    const isNests = /^Cannot [A-Z]+ /.test(exception.message);
    super.catch(isNests ? new NotFoundException() : exception, host);
  }
}

/**
 * For an application of its own, whatever routes it has: no error repeats what the client sent. A library leaves the errors
 * of routes that are not its own to its host.
 */
@Module({ providers: [{ provide: APP_FILTER, useClass: NoSuchRouteFilter }] })
export class NoEchoModule implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    this.adapterHost.httpAdapter.use(refuseUnreadable);
  }
}
