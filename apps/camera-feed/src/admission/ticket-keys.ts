import { type Clock, PeerLog } from '@a3cp/capture-domain';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';

/** Longest answer of the authority, with room for some hundred keys. */
const MAX_ANSWER_BYTES = 65_536;

/** From the request to the whole answer, milliseconds. */
const TIMEOUT_MS = 2_000;

/** How long keys stay in use while the authority gives no others, milliseconds: a day. */
const MAX_AGE_MS = 86_400_000;

/**
 * The keys of an authority's JWKS. They are fetched again after 10 minutes, and for a key that is unknown, at most once in 30 s
 * for that. While the authority misbehaves, the keys of its last good answer stay in use. docs/integration/sessions.md, "Issuing tickets".
 */
export class TicketKeys {
  /** Finds the key of a ticket; rejects if the ticket has none, or if the keys cannot be had. */
  readonly find: JWTVerifyGetKey;
  readonly #log: PeerLog;
  #good: { readonly text: string; readonly at: number } | null = null;

  constructor(
    jwks_url: string,
    private readonly clock: Clock,
  ) {
    this.#log = new PeerLog('Tickets', clock);
    this.find = createRemoteJWKSet(new URL(jwks_url), {
      timeoutDuration: TIMEOUT_MS,
      // the authority closes idle connections, also while the next request is on its way
      headers: { connection: 'close' },
      [customFetch]: (...request) => this.#fetch(...request),
    });
  }

  async #fetch(...request: Parameters<FetchImplementation>): Promise<Response> {
    try {
      const text = await readAnswer(await fetch(...request));
      // throws if these are no keys
      createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
      this.#good = { text, at: this.clock.now() };
    } catch (error) {
      if (this.#good === null || this.clock.now() - this.#good.at > MAX_AGE_MS) throw error;
      this.#log.warn('The ticket keys could not be fetched: the last ones stay in use for a day');
    }
    return new Response(this.#good.text);
  }
}

/** Rejects, and closes the connection, if the answer is not 200 or is too long. */
async function readAnswer({ status, body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (status !== 200 || bytes > MAX_ANSWER_BYTES) throw new Error('no answer with keys');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
