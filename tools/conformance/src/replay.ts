import { Cast } from './cast.js';
import { FRAME_INTERVAL_MS, framesOf, outgoing } from './client-message.js';
import { Connection } from './connection.js';
import { difference, Mismatch, patiently } from './mismatch.js';
import { serverMessageFault } from './server-message-fault.js';
import type { Site } from './site.js';
import type { ClientLine, ExtractorLine, Line, ServerLine, ServerMessageEvent, Transcript } from './transcript.js';
import { closeInWords, eventInWords, handshakeInWords } from './words.js';

/**
 * Plays a transcript at a site. Resolves to null if everything came back that must; else to the line, what the line expected and
 * what came instead.
 */
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
    await this.#patiently('a connection', (signal) => connection.ready(signal));
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
        const wanted = line.server === 'accepts' ? line.subprotocol : line.status;
        const expected = handshakeInWords(wanted);
        const answer = await this.#patiently(expected, (signal) => connection.answered(signal));
        if (answer !== wanted) throw new Mismatch(expected, handshakeInWords(answer));
        return;
      }
      case 'close': {
        const expected = `close ${line.code} ${line.reason ?? ''}`.trim();
        const late = await this.#next(connection, null, expected);
        if (late) throw new Mismatch(expected, messageInWords(late));
        const close = await this.#patiently(expected, (signal) => connection.closed(signal));
        const said = !line.reason || close.reason === line.reason || close.reason.startsWith(`${line.reason}: `);
        if (close.code !== line.code || !said) throw new Mismatch(expected, closeInWords(close));
        return;
      }
      default:
        await this.#message(connection, line.server, this.#cast.play(line.with ?? {}) as object);
    }
  }

  async #message(connection: Connection, event: ServerMessageEvent, fields: object): Promise<void> {
    const expected = eventInWords(event, fields);
    const message = await this.#next(connection, { event, ...fields }, expected);
    if (!message) {
      const close = await this.#patiently(expected, (signal) => connection.closed(signal));
      throw new Mismatch(expected, closeInWords(close));
    }
    if (message['event'] !== event) throw new Mismatch(expected, messageInWords(message));
    const wrong = difference(fields, message) ?? identityFault(connection, message);
    if (wrong) {
      const { field, expected: due, received } = wrong;
      throw new Mismatch(eventInWords(event, { [field]: due }), eventInWords(event, { [field]: received }));
    }
    if (!connection.record_ids.has(message['record_id'])) {
      throw new Mismatch(`${event} with a record_id that the client sent`, 'another record_id');
    }
    const fault = serverMessageFault(event, message);
    if (fault !== null) throw new Mismatch(`${event} as its schema says`, `one ${fault}`);
  }

  async #extractor(line: ExtractorLine & Named): Promise<void> {
    const { extractor } = this.site;
    if (!extractor) return;
    const capture_id = String(this.#connection(line).open?.['capture_id']);
    if (line.extractor === 'nothing') {
      if (extractor.knows(capture_id)) throw new Mismatch('nothing at the extractor', 'the capture');
      return;
    }
    const { extractor: event } = line;
    const fields = this.#cast.play(line.with ?? {}) as object;
    const expected = `${eventInWords(event, fields)} at the extractor`;
    const received = await this.#patiently(expected, (signal) => extractor.next(capture_id, event, signal));
    const wrong = difference(fields, received as Record<string, unknown>);
    if (wrong) {
      const { field, expected: due, received: other } = wrong;
      throw new Mismatch(
        `${eventInWords(event, { [field]: due })} at the extractor`,
        eventInWords(event, { [field]: other }),
      );
    }
  }

  #connection({ on = '' }: Named): Connection {
    return this.#connections.get(on) ?? this.#connect({ on });
  }

  #connect({ on = '' }: Named, path?: string, subprotocols: readonly string[] = []): Connection {
    const connection = new Connection(new URL(path ?? '', this.site.url).href, {
      subprotocols,
      bearer: this.site.ticket?.() ?? null,
    });
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
    wanted: object | null,
    expected: string,
  ): Promise<Record<string, unknown> | null> {
    for (;;) {
      const message = await this.#patiently(expected, (signal) => connection.next(signal));
      const passed_over = message?.['event'] === 'capture.ack' && (!wanted || difference(wanted, message) !== null);
      if (!passed_over) return message;
    }
  }

  #patiently<T>(expected: string, wait: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return patiently(expected, this.site.patience_ms, wait);
  }
}

/** The server makes up no identifier. PROTOCOL.md, "capture.abort". */
function identityFault({ open }: Connection, message: Record<string, unknown>): ReturnType<typeof difference> {
  return difference(Object.fromEntries(IDENTITY.map((field) => [field, open?.[field] ?? null])), message);
}

/** A message of the server: its event, and what an abort says. */
function messageInWords(message: Readonly<Record<string, unknown>>): string {
  const { event, error_code } = message;
  if (typeof event !== 'string') return 'a message without an event';
  return eventInWords(event, error_code === undefined ? {} : { error_code });
}
