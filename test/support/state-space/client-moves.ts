import type { CaptureEvent } from '../../../libs/capture-domain/src/capture/event.js';
import type { CaptureClose, CaptureFrameMeta } from '../../../libs/capture-domain/src/capture/message.js';
import { closeEvent, eventTime, metaEvent, openEvent } from '../captures.js';
import { jpegOf } from '../jpeg.js';
import { announcedBytes, isAttended, type ModelState } from './model-state.js';
import { always, crowded, type Move } from './move.js';
import { LARGE_FRAME, LAST_TIME, SMALL_FRAME } from './small-limits.js';

const OPEN_RECORD = 'a0';
const CLOSE_RECORD = 'ac';
const EARLY = eventTime(-1);
const LATE = eventTime(LAST_TIME + 1);

/** The client sends a message while its socket is read. */
function sends(words: string, event: Move['event']): Move {
  return { words: `the client sends ${words}`, isPossible: (state, is_read) => is_read && isAttended(state), event };
}

function sendsOpen(words: string, ...open: Parameters<typeof openEvent>): Move {
  const [message, load] = open;
  return sends(words, always(openEvent({ record_id: OPEN_RECORD, ...message }, load)));
}

/** The meta of the next frame, which is small unless the message says otherwise. Each `seq` has its own record and time. */
function sendsMeta(words: string, message: (seq: number) => Partial<CaptureFrameMeta> = () => ({})): Move {
  const events = [0, 0, 1, 2, 2].map((time, seq) =>
    metaEvent({
      seq,
      record_id: `a${seq}f`,
      timestamp_frame: eventTime(time),
      byte_length: SMALL_FRAME,
      ...message(seq),
    }),
  );
  const next = ({ capture }: ModelState): number => (capture.phase === 'active' ? capture.accepted_frames + 1 : 1);
  return sends(words, (state) => events[next(state)] as CaptureEvent);
}

function sendsClose(words: string, message: Partial<CaptureClose> = {}): Move {
  return sends(words, always(closeEvent({ record_id: CLOSE_RECORD, timestamp_end: eventTime(LAST_TIME), ...message })));
}

/** Invalid messages, in the states of which the condition holds. */
function invalid(condition: (state: ModelState) => boolean, moves: readonly Move[]): readonly Move[] {
  return moves.map((move) => ({
    ...move,
    is_invalid: true,
    isPossible: (state, is_read) => condition(state) && move.isPossible(state, is_read),
  }));
}

function isIdle({ capture }: ModelState): boolean {
  return capture.phase === 'idle';
}

function isTextDue({ capture }: ModelState): boolean {
  return capture.phase === 'active' && capture.announced === null;
}

function bytes(payload: Buffer): CaptureEvent {
  return { type: 'frame_bytes', payload };
}

const SMALL_META = sendsMeta('the meta of a small frame');
const LARGE_META = sendsMeta('the meta of a large frame', () => ({ byte_length: LARGE_FRAME }));
const NO_JPEG = new Map([SMALL_FRAME, LARGE_FRAME].map((length) => [length, bytes(Buffer.alloc(length))]));

/** In any other state these do what a valid message of the same event does: each ends the capture. */
const INVALID_MOVES: readonly Move[] = [
  ...invalid(isIdle, [
    sendsOpen('an open with too many frames/s', { fps_target: 16 }),
    sendsOpen('an open with too many pixels', { width: 641 }),
    sendsOpen('an open with an active capture_id', {}, { capture_id_active: true }),
  ]),
  ...invalid(isTextDue, [
    sendsMeta('the meta of a frame over the limit', () => ({ byte_length: LARGE_FRAME + 1 })),
    sendsMeta('a meta with a wrong seq', (seq) => ({ seq: seq + 1 })),
    sendsMeta('a meta of another capture', () => ({ capture_id: 'c2' })),
    sendsMeta('a meta of another user', () => ({ user_id: 'u2' })),
    sendsMeta('a meta of another session', () => ({ session_id: 's2' })),
    sendsMeta('a meta with a used record_id', () => ({ record_id: OPEN_RECORD.toUpperCase() })),
    sendsMeta('a meta that goes back in time', () => ({ timestamp_frame: EARLY })),
    sendsMeta('a meta after max_duration_ms', () => ({ timestamp_frame: LATE })),
    sendsClose('a close of another capture', { capture_id: 'c2' }),
    sendsClose('a close with a used record_id', { record_id: OPEN_RECORD }),
    sendsClose('a close that goes back in time', { timestamp_end: EARLY }),
    sendsClose('a close after max_duration_ms', { timestamp_end: LATE }),
  ]),
  ...invalid(
    (state) => announcedBytes(state) > 0,
    [sends('bytes that are no JPEG', (state) => NO_JPEG.get(announcedBytes(state)) as CaptureEvent)],
  ),
];

/** What a client and its socket can do: each valid message, and one message for each check that can refuse it. */
export const CLIENT_MOVES: readonly Move[] = [
  sendsOpen('capture.open'),
  SMALL_META,
  crowded(SMALL_META),
  LARGE_META,
  crowded(LARGE_META),
  sends('a small frame', always(bytes(jpegOf(SMALL_FRAME)))),
  sends('a large frame', always(bytes(jpegOf(LARGE_FRAME)))),
  sendsClose('capture.close'),
  ...INVALID_MOVES,
  {
    // also while the socket is not read: the bytes read before can exceed a bound
    words: 'the client exceeds a bound of its socket',
    isPossible: isAttended,
    event: always({ type: 'malformed', cause: 'schema_violation', reason: 'too much' }),
  },
  {
    words: 'the client sends a message over the transport limit',
    isPossible: isAttended,
    event: always({ type: 'oversized' }),
    happens: (state) => (state.client = 'cut'),
  },
  {
    words: 'the client disconnects',
    isPossible: ({ client, verdict }) => client !== 'gone' && verdict === null,
    event: always({ type: 'disconnected' }),
    happens: (state) => (state.client = 'gone'),
  },
];
