import { BearerSecret } from '@a3cp/service';
import { type CanActivate, type ExecutionContext, ForbiddenException, UnauthorizedException } from '@nestjs/common';
import { exchangeOf } from './http-exchange.js';
import { isFromThisMachine, pageOf } from './results-access.js';

/**
 * Allows pages of the host's own origin and programs on its machine; refuses others with 403. docs/integration/landmarks.md, "Who
 * may read results".
 */
export class OwnPagesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers, socket } = exchangeOf(context).request;
    const page = pageOf(headers);
    if (page === 'own' || (page === 'none' && isFromThisMachine(headers, socket.remoteAddress))) return true;
    throw new ForbiddenException('results are for pages of this origin and programs on this machine');
  }
}

/** Lets in programs on the host's machine and no page; else 403. For a host that serves no pages. */
export class LocalProgramsGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers, socket } = exchangeOf(context).request;
    if (pageOf(headers) === 'none' && isFromThisMachine(headers, socket.remoteAddress)) return true;
    throw new ForbiddenException('results are for programs on this machine');
  }
}

/** Lets in requests with `Authorization: Bearer <secret>`, wherever they come from; else 401. */
export class ResultsSecretGuard implements CanActivate {
  readonly #secret: BearerSecret;

  /** Throws an Error if the secret has fewer than 32 bytes. */
  constructor(secret: string) {
    this.#secret = new BearerSecret(secret);
  }

  canActivate(context: ExecutionContext): boolean {
    const { request, response } = exchangeOf(context);
    if (this.#secret.isIn(request.headers.authorization)) return true;
    response.setHeader('WWW-Authenticate', 'Bearer');
    throw new UnauthorizedException();
  }
}
