import type { BearerSecret } from '@a3cp/json-body';
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  NotFoundException,
  UnauthorizedException,
} from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Injection token of the {@link BearerSecret} of `sessions.closed`; null where the host has set none. */
export const SESSIONS_CLOSED_SECRET = Symbol('SessionsClosedSecret');

/** Lets in who brings the secret: 401 without it, 404 where there is none. PROTOCOL.md, "The end of a session". */
@Injectable()
export class SessionsClosedGuard implements CanActivate {
  constructor(@Inject(SESSIONS_CLOSED_SECRET) private readonly secret: BearerSecret | null) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.secret === null) throw new NotFoundException();
    const http = context.switchToHttp();
    if (this.secret.isIn(http.getRequest<IncomingMessage>().headers.authorization)) return true;
    http.getResponse<ServerResponse>().setHeader('WWW-Authenticate', 'Bearer');
    throw new UnauthorizedException();
  }
}
