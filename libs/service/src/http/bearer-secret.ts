import { MIN_SECRET_BYTES } from '@a3cp/capture-protocol';
import { createHash, timingSafeEqual } from 'node:crypto';

/** A secret that a caller has to bring as `Authorization: Bearer <secret>`. */
export class BearerSecret {
  readonly #digest: Buffer;

  /** Throws an Error if the secret has fewer than 32 bytes. */
  constructor(secret: string) {
    if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
      throw new Error(`secret must have at least ${MIN_SECRET_BYTES} bytes`);
    }
    this.#digest = digest(secret);
  }

  /** Whether the header has the secret. Takes the same time for every wrong secret, whatever its length. */
  isIn(authorization: string | undefined): boolean {
    const [, brought = ''] = /^Bearer +(.*)$/i.exec(authorization ?? '') ?? [];
    return timingSafeEqual(digest(brought), this.#digest);
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
