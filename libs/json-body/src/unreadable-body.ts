import { BadRequestException } from '@nestjs/common';

/** What a body parser refuses a body with: not JSON, too large, a character set or an encoding it does not know. */
const BODY_REFUSALS: readonly unknown[] = [400, 413, 415];

/** The routes below a controller's path, behind whatever prefix the host gives them. */
export function routesBelow(path: string): RegExp {
  return new RegExp(`^.*/${path}(?=/)`, 'i');
}

/**
 * An Express error handler: a body that cannot be read is 400 in words of our own, since the body parser's repeat what the
 * client sent. It cannot be a filter of the controller, because bodies are read before there is a controller, nor one of
 * the application, because that is the host's.
 */
export function refuseUnreadableBody(
  error: unknown,
  _request: unknown,
  _response: unknown,
  next: (error: unknown) => void,
): void {
  const refused = error instanceof Error && 'status' in error && BODY_REFUSALS.includes(error.status);
  next(refused ? new BadRequestException('body must be a JSON object') : error);
}
