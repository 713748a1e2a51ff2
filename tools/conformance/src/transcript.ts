/** What a line may ask of what surrounds the implementation, from there on. docs/conformance.md, "Needs". */
export interface Needs {
  /** What session_manager answers. `silent` means that it does not answer; the default is `active`. */
  readonly session?: 'active' | 'closed' | 'invalid' | 'unavailable' | 'silent';
  /** What the extractor does with what it is sent; `answers` where nothing is said, and for what waits then. */
  readonly extractor?: 'answers' | 'silent' | 'refuses' | 'breaks';
  /** Limits that differ from the defaults; in the first `needs` line only. */
  readonly limits?: Readonly<Record<string, number | string>>;
  /** The server begins to stop, or something inside it breaks at the next message. */
  readonly server?: 'stopping' | 'breaking';
}

/** A picture by its recipe. docs/conformance.md, "Frames". */
export interface JpegRecipe {
  readonly width?: number;
  readonly height?: number;
  readonly byte_length?: number;
}

interface Fields {
  /** Values that differ from the message's defaults, or that are expected of it. */
  readonly with?: Readonly<Record<string, unknown>>;
  /** Defaults that are left out. */
  readonly without?: readonly string[];
  /** Spaces are added up to this number of bytes. */
  readonly padded_to?: number;
}

/** The three messages that are made of defaults. */
export type ClientMessageEvent = 'capture.open' | 'capture.frame_meta' | 'capture.close';

export type ClientLine =
  | { readonly client: 'connect'; readonly path?: string; readonly subprotocols?: readonly string[] }
  | ({ readonly client: ClientMessageEvent } & Fields)
  | { readonly client: 'text'; readonly text: string; readonly padded_to?: number }
  | { readonly client: 'frame_bytes'; readonly jpeg?: JpegRecipe; readonly hex?: string; readonly byte_length?: number }
  | ({ readonly client: 'frame'; readonly jpeg?: JpegRecipe } & Pick<Fields, 'with'>)
  | { readonly client: 'frames'; readonly from: number; readonly to: number; readonly jpeg?: JpegRecipe }
  | { readonly client: 'hang_up' | 'disconnect' };

/** The messages that a server sends. */
export type ServerMessageEvent = 'capture.abort' | 'capture.opened' | 'capture.ack' | 'capture.closed';

export type ServerLine =
  | { readonly server: 'accepts'; readonly subprotocol: string }
  | { readonly server: 'refuses'; readonly status: number }
  | ({ readonly server: ServerMessageEvent } & Pick<Fields, 'with'>)
  | { readonly server: 'close'; readonly code: number; readonly reason?: string };

export type ExtractorLine =
  ({ readonly extractor: 'open' | 'frame' | 'end' } & Pick<Fields, 'with'>) | { readonly extractor: 'nothing' };

/** `on` names the connection, where a transcript has more than one. */
export type Line =
  | { readonly needs: Needs }
  | { readonly pass_ms: number }
  | ((ClientLine | ServerLine | ExtractorLine) & { readonly on?: string });

/** One dialogue: what each party sends, and what must come back. docs/conformance.md. */
export interface Transcript {
  readonly name: string;
  readonly title: string;
  /** What of PROTOCOL.md it shows, each as `chapter: first cell of the row`. */
  readonly clauses: readonly string[];
  readonly lines: readonly Line[];
}

const MESSAGE = ['with', 'without', 'padded_to'];

/** By the party a line is of: what it may do, and with which fields. */
const GRAMMAR: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  client: {
    connect: ['path', 'subprotocols'],
    'capture.open': MESSAGE,
    'capture.frame_meta': MESSAGE,
    'capture.close': MESSAGE,
    text: ['text', 'padded_to'],
    frame_bytes: ['jpeg', 'hex', 'byte_length'],
    frame: ['with', 'jpeg'],
    frames: ['from', 'to', 'jpeg'],
    hang_up: [],
    disconnect: [],
  },
  server: {
    accepts: ['subprotocol'],
    refuses: ['status'],
    'capture.abort': ['with'],
    'capture.opened': ['with'],
    'capture.ack': ['with'],
    'capture.closed': ['with'],
    close: ['code', 'reason'],
  },
  extractor: { open: ['with'], frame: ['with'], end: ['with'], nothing: [] },
};

const NEEDS = ['session', 'extractor', 'limits', 'server'];

/** Reads a transcript; throws an Error that names the first line that is not of the format. */
export function parseTranscript(name: string, text: string): Transcript {
  const [head, ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      try {
        return JSON.parse(line) as Record<string, unknown>;
      } catch {
        throw new Error(`${name}:${index + 1} is not JSON`);
      }
    });
  const { title, clauses } = head ?? {};
  if (typeof title !== 'string' || !Array.isArray(clauses)) throw new Error(`${name}:1 must have title and clauses`);
  for (const [index, line] of lines.entries()) {
    const fault = lineFault(line);
    if (fault !== null) throw new Error(`${name}:${index + 2} ${fault}`);
  }
  return { name, title, clauses: clauses as string[], lines: lines as unknown as Line[] };
}

function lineFault(line: Record<string, unknown>): string | null {
  const [[kind, value] = ['', undefined], ...rest] = Object.entries(line);
  const fields = rest.map(([field]) => field);
  switch (kind) {
    case 'pass_ms':
      return typeof value === 'number' && fields.length === 0 ? null : 'must be a number alone';
    case 'needs':
      return unknownField(Object.keys(value as object), NEEDS) ?? unknownField(fields, []);
    case 'client':
    case 'server':
    case 'extractor': {
      const allowed = GRAMMAR[kind]?.[String(value)];
      return allowed ? unknownField(fields, [...allowed, 'on']) : `${kind} cannot ${String(value)}`;
    }
    default:
      return `begins with ${kind}`;
  }
}

function unknownField(fields: readonly string[], allowed: readonly string[]): string | null {
  const unknown = fields.find((field) => !allowed.includes(field));
  return unknown === undefined ? null : `has ${unknown}`;
}
