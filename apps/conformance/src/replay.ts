import { isDeepStrictEqual } from 'node:util';
import { Cast } from './cast.js';
import { FRAME_INTERVAL_MS, framesOf, outgoing } from './client-message.js';
import { Connection } from './connection.js';
import { serverMessageFault } from './server-message-fault.js';
import type { Site } from './site.js';
import type { ClientLine, ExtractorLine, Line, ServerLine, Transcript } from './transcript.js';

/** Plays a transcript at a site; resolves to null if all came back that must, else to what did not, with its line. */
export async function replay(transcript: Transcript, site: Site): Promise<string | null> {
  const run = new Replay(site);
  try {
    for (const [index, line] of transcript.lines.entries()) {
      try {
        await run.play(line);
      } catch (error) {
        return `line ${index + 2}: ${(error as Error).message}`;
      }
    }
    return null;
  } finally {
    run.over();
  }
}

interface Named {
  readonly on?: string;
}

/** What the abort, the open and the acknowledgements have of the `capture.open`. PROTOCOL.md, "capture.abort". */
const IDENTITY = ['schema_version', 'user_id', 'session_id', 'capture_id', 'modality'];

class Replay {
  readonly #cast: Cast;
  readonly #connections = new Map<string, Connection>();

  constructor(private readonly site: Site) {
    this.#cast = new Cast(site.user_id, site.session_id);
  }

  async play(line: Line): Promise<void> {
    if ('needs' in line) await this.site.provide(line.needs, this.#sent);
    else if ('pass_ms' in line) await this.site.pass(line.pass_ms, this.#sent);
    else if ('client' in line) await this.#client(line);
    else if ('server' in line) await this.#server(line);
    else await this.#extractor(line);
  }

  over(): void {
    for (const connection of this.#connections.values()) connection.disconnect();
  }

  get #sent(): number {
    return [...this.#connections.values()].reduce((sum, { sent }) => sum + sent, 0);
  }

  async #client(line: ClientLine & Named): Promise<void> {
    if (line.client === 'connect') {
      this.#connect(line, line.path, line.subprotocols);
      return;
    }
    const connection = this.#connection(line);
    await this.#patiently('no connection', (signal) => connection.ready(signal));
    if (line.client === 'frames') {
      for (const frame of framesOf(line)) {
        await this.site.pass(FRAME_INTERVAL_MS, this.#sent);
        this.#send(connection, frame);
      }
    } else if (line.client === 'hang_up') connection.hangUp();
    else if (line.client === 'disconnect') connection.disconnect();
    else this.#send(connection, line);
  }

  async #server(line: ServerLine & Named): Promise<void> {
    const connection = this.#connection(line);
    switch (line.server) {
      case 'accepts':
      case 'refuses': {
        const expected = line.server === 'accepts' ? line.subprotocol : line.status;
        const answer = await this.#patiently('no answer to the handshake', (signal) => connection.answered(signal));
        if (answer !== expected) throw new Error(`expected ${line.server} ${expected}, was ${answer}`);
        return;
      }
      case 'close': {
        const late = await this.#next(connection, null, 'no close');
        if (late) throw new Error(`expected the close, was ${JSON.stringify(late)}`);
        const { code, reason } = await connection.closed(AbortSignal.timeout(this.site.patience_ms));
        const expected = line.reason ?? '';
        const said = expected === '' || reason === expected || reason.startsWith(`${expected}: `);
        if (code !== line.code || !said)
          throw new Error(`expected close ${`${line.code} ${expected}`.trim()}, was ${code} ${reason}`);
        return;
      }
      default: {
        const expected = { ...(this.#cast.play(line.with ?? {}) as object), event: line.server };
        const message = await this.#next(connection, expected, `no ${line.server}`);
        if (!message) throw new Error(`expected ${line.server}, was closed with ${await this.#closeOf(connection)}`);
        const fault =
          difference(expected, message) ??
          identityFault(connection, message) ??
          serverMessageFault(line.server, message);
        if (fault !== null) throw new Error(`${line.server} ${fault}`);
      }
    }
  }

  async #extractor(line: ExtractorLine & Named): Promise<void> {
    const { extractor } = this.site;
    if (!extractor) return;
    const capture_id = String(this.#connection(line).open?.['capture_id']);
    if (line.extractor === 'nothing') {
      if (extractor.knows(capture_id)) throw new Error('the extractor heard of the capture');
      return;
    }
    const { extractor: event } = line;
    const received = await this.#patiently(`no ${event}`, (signal) => extractor.next(capture_id, event, signal));
    const fault = difference(this.#cast.play(line.with ?? {}) as object, received as Record<string, unknown>);
    if (fault !== null) throw new Error(`${event} ${fault}`);
  }

  #connection({ on = '' }: Named): Connection {
    return this.#connections.get(on) ?? this.#connect({ on });
  }

  #connect({ on = '' }: Named, path?: string, subprotocols: readonly string[] = []): Connection {
    const connection = new Connection(new URL(path ?? '', this.site.url).href, subprotocols);
    this.#connections.set(on, connection);
    return connection;
  }

  #send(connection: Connection, line: ClientLine): void {
    for (const piece of outgoing(line, this.#cast)) {
      if ('bytes' in piece) connection.bytes(piece.bytes);
      else connection.text(piece.text, piece.message);
    }
  }

  /** The next message; every `capture.ack` that is not the one expected is passed over, since their number is chance. */
  async #next(
    connection: Connection,
    expected: object | null,
    otherwise: string,
  ): Promise<Record<string, unknown> | null> {
    for (;;) {
      const message = await this.#patiently(otherwise, (signal) => connection.next(signal));
      const passed_over = message?.['event'] === 'capture.ack' && (!expected || difference(expected, message) !== null);
      if (!passed_over) return message;
    }
  }

  async #closeOf(connection: Connection): Promise<string> {
    const { code, reason } = await connection.closed(AbortSignal.timeout(this.site.patience_ms));
    return `${code} ${reason}`;
  }

  async #patiently<T>(otherwise: string, wait: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(this.site.patience_ms);
    try {
      return await wait(signal);
    } catch (error) {
      throw signal.aborted ? new Error(`${otherwise} within ${this.site.patience_ms} ms`) : error;
    }
  }
}

/** The first expected field that is another, nested ones included; null if there is none. What is not named may be anything. */
function difference(expected: object, received: Record<string, unknown>): string | null {
  for (const [field, value] of Object.entries(expected)) {
    const other = received[field];
    if (isObject(value) && isObject(other)) {
      const nested = difference(value, other);
      if (nested !== null) return `${field}.${nested}`;
    } else if (!isDeepStrictEqual(value, other)) {
      return `${field} must be ${JSON.stringify(value)}, is ${JSON.stringify(other)}`;
    }
  }
  return null;
}

/** The server makes up no identifier. PROTOCOL.md, "capture.abort". */
function identityFault({ open, record_ids }: Connection, message: Record<string, unknown>): string | null {
  if (!record_ids.has(message['record_id'])) return 'has a record_id that was not sent';
  const identity = Object.fromEntries(IDENTITY.map((field) => [field, open?.[field] ?? null]));
  return difference(identity, message);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
