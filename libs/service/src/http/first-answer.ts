import { PeerLog, placeOf } from '@a3cp/capture-domain';
import { BadRequestException, HttpException, InternalServerErrorException } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';

const LOG = new PeerLog('Http');

/** Answers one request to `path`; an HttpException that it throws becomes the answer, in Nest's form. */
export type FirstAnswer = (request: IncomingMessage, response: ServerResponse, path: string) => void | Promise<void>;

/** What Express and Fastify give to a middleware; Express changes `url` inside a mounted application. */
type MiddlewareRequest = IncomingMessage & { readonly originalUrl?: string };

/**
 * Answers requests to these paths before the application does. So no global prefix, versioning, guard, pipe, interceptor,
 * filter or body parser of a platform changes the answer, under Express and Fastify alike. Call it in a constructor of a
 * provider. Does nothing in an application without HTTP.
 *
 * @param method `GET` includes `HEAD`; `*` is every method. Other requests go to the application.
 * @param paths compared with the path of the request as it is, without its query
 */
export function answerFirst(
  adapterHost: HttpAdapterHost,
  method: 'GET' | 'POST' | '*',
  paths: readonly string[],
  answer: FirstAnswer,
): void {
  // emits as soon as there is an adapter, which is before the platform can add a middleware and before Nest adds its parsers
  adapterHost.init$.subscribe(() => {
    const adapter = adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | null;
    adapter?.use((request: MiddlewareRequest, response: ServerResponse, next: () => void) => {
      const path = pathOf(request);
      if (paths.includes(path) && isMethod(method, request.method)) void settle(answer, request, response, path);
      else next();
    });
  });
}

/**
 * Resolves with the JSON of a request's body, an object or an array; throws a BadRequestException that repeats none of it if
 * it is anything else or longer than `max_bytes`.
 */
export async function readJsonBody(request: IncomingMessage, max_bytes: number): Promise<object> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    // the rest is read and dropped: a client that still sends would not read an answer
    if (bytes <= max_bytes) chunks.push(chunk);
  }
  const body = bytes > max_bytes ? null : parse(Buffer.concat(chunks).toString());
  if (typeof body !== 'object' || body === null) throw new BadRequestException('body must be a JSON object');
  return body;
}

/** Ends a response with a status and JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

async function settle(answer: FirstAnswer, ...asked: Parameters<FirstAnswer>): Promise<void> {
  const [, response] = asked;
  try {
    await answer(...asked);
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy();
    else refuse(response, error);
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (!(error instanceof HttpException)) LOG.error('An answer failed', placeOf(error));
  const refusal = error instanceof HttpException ? error : new InternalServerErrorException();
  sendJson(response, refusal.getStatus(), refusal.getResponse());
}

function isMethod(method: 'GET' | 'POST' | '*', asked = ''): boolean {
  return method === '*' || asked === method || (method === 'GET' && asked === 'HEAD');
}

function pathOf({ originalUrl, url = '' }: MiddlewareRequest): string {
  return (originalUrl ?? url).split('?', 1)[0] ?? '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
