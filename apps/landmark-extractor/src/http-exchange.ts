import type { ExecutionContext } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The request and the response of Node.js, whichever of Express and Fastify the host uses. */
export function exchangeOf(context: ExecutionContext): {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
} {
  const http = context.switchToHttp();
  const request = http.getRequest<IncomingMessage | { readonly raw: IncomingMessage }>();
  const response = http.getResponse<ServerResponse | { readonly raw: ServerResponse }>();
  return {
    request: 'raw' in request ? request.raw : request,
    response: 'raw' in response ? response.raw : response,
  };
}
