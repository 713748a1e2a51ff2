import { BadRequestException } from '@nestjs/common';

/** What a body parser refuses a body with: not JSON, too large, a character set or an encoding it does not know. */
const BODY_REFUSALS: readonly unknown[] = [400, 413, 415];

/** The routes below a controller's path, behind whatever prefix the host gives them. */
export function routesBelow(path: string): RegExp {
  return new RegExp(`^.*/${path}(?=/)`, 'i');
}

/**
 * An Express error handler: a path or a body that cannot be read is 400 in words of our own, since those of Express repeat
 * what the client sent. It cannot be a filter of the controller, because both are read before there is a controller.
 */
export function refuseUnreadable(
  error: unknown,
  _request: unknown,
  _response: unknown,
  next: (error: unknown) => void,
): void {
  if (error instanceof URIError) next(new BadRequestException('path must be percent-encoded UTF-8'));
  else if (isBodyRefusal(error)) next(new BadRequestException('body must be a JSON object'));
  else next(error);
}

function isBodyRefusal(error: unknown): boolean {
  return error instanceof Error && 'status' in error && BODY_REFUSALS.includes(error.status);
}
