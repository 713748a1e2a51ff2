import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import { Dice } from './dice.js';

/** The word for what came of a capture, as its client saw it: an error code, the first word of a close reason, or one of these. */
export type Outcome =
  | CaptureErrorCode
  | 'completed'
  | 'malformed_json'
  | 'schema_violation'
  | 'open_timeout'
  /** The transport closed it: a message was larger than it allows. */
  | 'close 1009'
  /** The client went away by itself. */
  | 'gone';

/** What a client may do wrong, and what may come of it. */
const CLIENT_FAULTS = {
  'never opens': ['open_timeout'],
  'sends a frame before its open': ['protocol_violation'],
  'opens with too fast a camera': ['limit_fps_exceeded'],
  'opens with too large a picture': ['limit_resolution_exceeded'],
  vanishes: ['gone'],
  'vanishes within a frame': ['gone'],
  'leaves without a close': ['gone'],
  'closes and leaves at once': ['gone'],
  'sends no JSON': ['malformed_json'],
  'breaks the schema': ['schema_violation'],
  'skips a frame': ['protocol_violation'],
  'repeats a record': ['protocol_violation'],
  'sends fewer bytes than announced': ['protocol_violation'],
  'closes where bytes are due': ['protocol_violation'],
  'opens twice': ['protocol_violation'],
  'sends no picture': ['frame_invalid'],
  'announces too large a frame': ['limit_frame_bytes_exceeded'],
  'sends too large a message': ['close 1009'],
  'goes on for too long': ['limit_duration_exceeded'],
  // the flood may fill the buffer before it breaks the rate
  'sends too fast': ['limit_fps_exceeded', 'limit_forward_buffer_exceeded'],
  'falls silent': ['protocol_violation'],
  'owes its bytes': ['protocol_violation'],
  'pings without end': ['protocol_violation'],
  'is slow': ['completed'],
  'sends in clumps': ['completed'],
} as const satisfies Record<string, readonly Outcome[]>;

/** What an extractor may do wrong, and what may come of it. */
const EXTRACTOR_FAULTS = {
  'refuses the open': ['forward_failed'],
  'answers the open late': ['forward_failed'],
  'refuses a frame': ['forward_failed'],
  'stalls at a frame': ['forward_failed', 'limit_forward_buffer_exceeded'],
  'breaks at a frame': ['forward_failed'],
  'breaks between frames': ['forward_failed'],
  'refuses the end': ['forward_failed'],
  'answers the end late': ['forward_failed'],
  'is slow': ['completed'],
  hiccups: ['completed'],
} as const satisfies Record<string, readonly Outcome[]>;

/** What a session_manager may do wrong, and what may come of it. */
const SESSION_FAULTS = {
  'says closed': ['session_closed'],
  'says invalid': ['session_invalid'],
  'answers 500': ['session_unavailable'],
  'answers late': ['session_unavailable'],
  'answers nonsense': ['session_unavailable'],
  'is slow': ['completed'],
  'closes meanwhile': ['session_closed'],
  'fails once meanwhile': ['completed'],
} as const satisfies Record<string, readonly Outcome[]>;

export type ClientFault = keyof typeof CLIENT_FAULTS;
export type ExtractorFault = keyof typeof EXTRACTOR_FAULTS;
export type SessionFault = keyof typeof SESSION_FAULTS;

/** What one capture is to be. */
export interface Plan {
  readonly number: number;
  readonly client: ClientFault | null;
  readonly extractor: ExtractorFault | null;
  readonly session: SessionFault | null;
  /** Frames of it, were nothing to go wrong. */
  readonly frames: number;
  /** `seq` of the frame at which something goes wrong. */
  readonly at: number;
  /** Bytes of each frame. */
  readonly frame_bytes: number;
  /** Whether the client asks for acknowledgements. */
  readonly extension: boolean;
  /** What may come of it. */
  readonly expected: readonly Outcome[];
}

const keys = <Name extends string>(of: Record<Name, unknown>) => Object.keys(of) as [Name, ...Name[]];

/** Of 100 captures, in this order: those with a fault of the client, of the extractor, of session_manager, of the first two. */
const SHARES = [22, 12, 6, 4] as const;

/** Frames that last beyond the second look at a session. */
const LONG_CAPTURE = 120;

/** What the capture of this number is to be; the same for the same seed. */
export function planOf(seed: number, number: number): Plan {
  const dice = new Dice(seed, number);
  const share = dice.between(0, 99);
  const [client_until, extractor_until, session_until, both_until] = SHARES.map((_, i) =>
    SHARES.slice(0, i + 1).reduce((sum, part) => sum + part, 0),
  ) as [number, number, number, number];
  const both = share >= session_until && share < both_until;
  const client = share < client_until || both ? dice.one(keys(CLIENT_FAULTS)) : null;
  const extractor =
    (share >= client_until && share < extractor_until) || both ? dice.one(keys(EXTRACTOR_FAULTS)) : null;
  const session = share >= extractor_until && share < session_until ? dice.one(keys(SESSION_FAULTS)) : null;
  const meanwhile = session === 'closes meanwhile' || session === 'fails once meanwhile';
  const frames = meanwhile ? LONG_CAPTURE : dice.between(15, 60);
  const expected: Outcome[] = [
    ...(client ? CLIENT_FAULTS[client] : []),
    ...(extractor ? EXTRACTOR_FAULTS[extractor] : []),
    ...(session ? SESSION_FAULTS[session] : []),
  ];
  return {
    number,
    client,
    extractor,
    session,
    frames,
    at: dice.between(2, frames - 1),
    frame_bytes: dice.between(0, 9) === 0 ? dice.between(100_000, 300_000) : dice.between(5_000, 40_000),
    extension: dice.between(0, 1) === 0,
    expected: expected.length > 0 ? expected : ['completed'],
  };
}
