/**
 * Every number the capture rules know. All limits are inclusive, all timers fire after more than their value; times are
 * milliseconds, at most a day. PROTOCOL.md, "Limits" and "Timers".
 */
export interface CaptureLimits {
  /** Longest capture by event time. @default 15000 */
  readonly max_duration_ms: number;
  /** Added to `max_duration_ms` on the server's own clock, so that a full-length capture is never lost to latency or to an outage that ends. @default 10000 */
  readonly ingest_grace_ms: number;
  /** Highest `fps_target`, and the rate frames may really come at. @default 15 */
  readonly max_fps: number;
  /** How many frames a client may be ahead of `max_fps`. @default 15 */
  readonly fps_burst_frames: number;
  /** Longer side of the picture, pixels. @default 640 */
  readonly max_width: number;
  /** Shorter side of the picture, pixels. @default 480 */
  readonly max_height: number;
  /** Width times height. @default 307200 */
  readonly max_pixels: number;
  /** Frames of a capture. @default 225 */
  readonly max_frames: number;
  /** Bytes of one frame; also the largest message the transport takes. At most `max_forward_buffer_bytes`. @default 300000 */
  readonly max_frame_bytes: number;
  /** Bytes of all frames of a capture. @default 50000000 */
  readonly max_total_bytes: number;
  /** Bytes of one text message. @default 16384 */
  readonly max_text_bytes: number;
  /** Frames accepted and not yet acknowledged downstream, the one in flight counted. @default 3 */
  readonly max_forward_buffer_frames: number;
  /** Bytes of those frames. @default 1000000 */
  readonly max_forward_buffer_bytes: number;
  /** Frame bytes all captures of one process hold together. At least `max_frame_bytes`. @default 256000000 */
  readonly max_buffered_bytes: number;
  /** Captures running in one process. @default 1000 */
  readonly max_concurrent_captures: number;
  /** Captures running for one `user_id`. @default 4 */
  readonly max_concurrent_captures_per_user: number;
  /** Captures running for one session of one user. @default 2 */
  readonly max_concurrent_captures_per_session: number;
  /** `capture.open` messages from one address in one minute. @default 3000 */
  readonly max_opens_per_address_per_minute: number;
  /** Connections to one process. @default 2000 */
  readonly max_connections: number;
  /** Connections from one address to one process. @default 1000 */
  readonly max_connections_per_address: number;
  /** From connecting to a request with all its headers, and from a request for a WebSocket to its answer. @default 5000 */
  readonly upgrade_timeout_ms: number;
  /** Between two pings; a client that leaves two of them unanswered is gone. @default 3000 */
  readonly heartbeat_interval_ms: number;
  /** From connecting to `capture.open`. @default 10000 */
  readonly open_timeout_ms: number;
  /** Time without one byte of a message from a client whose socket is read. @default 8000 */
  readonly silence_timeout_ms: number;
  /** How long an announced frame may wait for room in the forward buffer; 0 aborts at once. @default 2000 */
  readonly forward_grace_ms: number;
  /** For the answer to a claim, where there are several processes; the capture goes on without it. @default 250 */
  readonly claim_timeout_ms: number;
  /** For the extractor's answer to an open. @default 2000 */
  readonly stream_open_timeout_ms: number;
  /** For the extractor's acknowledgement of a frame, and of the end. @default 3000 */
  readonly forward_timeout_ms: number;
  /** From `capture.close` until every waiting frame is delivered. @default 5000 */
  readonly drain_timeout_ms: number;
  /** For session_manager's answer. @default 2000 */
  readonly session_timeout_ms: number;
  /** Between two checks of a session during a capture. @default 5000 */
  readonly session_check_interval_ms: number;
  /** Before an unanswered check is asked again. @default 1000 */
  readonly session_retry_interval_ms: number;
  /** Without an answer since the first unanswered check. @default 10000 */
  readonly session_silence_ms: number;
  /** How old an answer of session_manager may be that lets a running capture go on. At most 5000; 0 uses none twice. @default 1000 */
  readonly session_cache_ms: number;
  /** Between two acknowledgements to a client that asked for them. @default 250 */
  readonly ack_interval_ms: number;
  /** How long running captures can continue after the server begins to stop. @default 27000 */
  readonly shutdown_timeout_ms: number;
  /** Whether each frame's header must say the announced encoding, width and height. @default 'header' */
  readonly frame_inspection: 'header' | 'off';
}

/** The limits of the specification and of PROTOCOL.md. */
export const DEFAULT_CAPTURE_LIMITS: CaptureLimits = Object.freeze({
  max_duration_ms: 15_000,
  ingest_grace_ms: 10_000,
  max_fps: 15,
  fps_burst_frames: 15,
  max_width: 640,
  max_height: 480,
  max_pixels: 307_200,
  max_frames: 225,
  max_frame_bytes: 300_000,
  max_total_bytes: 50_000_000,
  max_text_bytes: 16_384,
  max_forward_buffer_frames: 3,
  max_forward_buffer_bytes: 1_000_000,
  max_buffered_bytes: 256_000_000,
  max_concurrent_captures: 1_000,
  max_concurrent_captures_per_user: 4,
  max_concurrent_captures_per_session: 2,
  max_opens_per_address_per_minute: 3_000,
  max_connections: 2_000,
  max_connections_per_address: 1_000,
  upgrade_timeout_ms: 5_000,
  heartbeat_interval_ms: 3_000,
  open_timeout_ms: 10_000,
  silence_timeout_ms: 8_000,
  forward_grace_ms: 2_000,
  claim_timeout_ms: 250,
  stream_open_timeout_ms: 2_000,
  forward_timeout_ms: 3_000,
  drain_timeout_ms: 5_000,
  session_timeout_ms: 2_000,
  session_check_interval_ms: 5_000,
  session_retry_interval_ms: 1_000,
  session_silence_ms: 10_000,
  session_cache_ms: 1_000,
  ack_interval_ms: 250,
  shutdown_timeout_ms: 27_000,
  frame_inspection: 'header',
});

/** The names of the limits that are numbers: all but `frame_inspection`. */
export type NumericLimit = Exclude<keyof CaptureLimits, 'frame_inspection'>;

/** Every {@link NumericLimit}, in the order of PROTOCOL.md. */
export const NUMERIC_LIMITS = Object.keys(DEFAULT_CAPTURE_LIMITS).filter(
  (name): name is NumericLimit => name !== 'frame_inspection',
);

/** Zero has a meaning for these; every other number is at least 1. */
const MAY_BE_ZERO: readonly NumericLimit[] = [
  'ingest_grace_ms',
  'forward_grace_ms',
  'session_cache_ms',
  'shutdown_timeout_ms',
];

/** The most that `session_cache_ms` may be: a session that has ended is to be noticed in time. */
const MAX_SESSION_CACHE_MS = 5_000;

/** The most that any other time may be, a day: Node.js takes a timer of more than 24 days for one of a millisecond. */
const MAX_MS = 86_400_000;

/** The defaults with a host's own values over them; throws an Error that names the first value out of its range. */
export function captureLimits(overrides: Partial<CaptureLimits> = {}): CaptureLimits {
  const limits = { ...DEFAULT_CAPTURE_LIMITS, ...overrides };
  for (const name of NUMERIC_LIMITS) {
    const least = MAY_BE_ZERO.includes(name) ? 0 : 1;
    if (!Number.isSafeInteger(limits[name]) || limits[name] < least) {
      throw new Error(`${name} must be an integer of at least ${least}`);
    }
    if (limits[name] > mostOf(name)) throw new Error(`${name} must not exceed ${mostOf(name)}`);
  }
  if (!['header', 'off'].includes(limits.frame_inspection)) {
    throw new Error("frame_inspection must be 'header' or 'off'");
  }
  if (limits.max_frame_bytes > limits.max_forward_buffer_bytes) {
    throw new Error('max_frame_bytes must not exceed max_forward_buffer_bytes: such a frame could never be forwarded');
  }
  if (limits.max_frame_bytes > limits.max_buffered_bytes) {
    throw new Error('max_frame_bytes must not exceed max_buffered_bytes: such a frame could never be accepted');
  }
  return Object.freeze(limits);
}

/**
 * The longest that a process takes to stop, in milliseconds: its captures may finish or are aborted, the extractor gets the
 * frame in flight and the end, and the client closes. PROTOCOL.md, "Shutdown".
 */
export function longestStopMs(limits: CaptureLimits): number {
  return limits.shutdown_timeout_ms + 2 * limits.forward_timeout_ms + limits.silence_timeout_ms;
}

function mostOf(name: NumericLimit): number {
  if (name === 'session_cache_ms') return MAX_SESSION_CACHE_MS;
  return name.endsWith('_ms') ? MAX_MS : Number.MAX_SAFE_INTEGER;
}
