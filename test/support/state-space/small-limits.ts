import { captureLimits } from '@a3cp/capture-domain';

/** Bytes of the two frames a client can send. */
export const SMALL_FRAME = 20;
export const LARGE_FRAME = 2 * SMALL_FRAME;

/** The last moment of event time, in milliseconds since the start. */
export const LAST_TIME = 2;

/**
 * Limits that keep the state space small: three frames, a forward buffer of two, and timers of one or two milliseconds, the
 * unit of time here. The buffer takes two small frames or one of each. The frames exceed the total bytes if all are large.
 */
export const SMALL_LIMITS = captureLimits({
  max_frames: 3,
  fps_burst_frames: 3,
  max_frame_bytes: LARGE_FRAME,
  max_total_bytes: 2 * LARGE_FRAME + SMALL_FRAME,
  max_forward_buffer_frames: 2,
  max_forward_buffer_bytes: LARGE_FRAME + SMALL_FRAME,
  max_buffered_bytes: 3 * LARGE_FRAME,
  max_duration_ms: LAST_TIME,
  ingest_grace_ms: 1,
  open_timeout_ms: 1,
  silence_timeout_ms: 2,
  session_timeout_ms: 1,
  claim_timeout_ms: 1,
  stream_open_timeout_ms: 1,
  forward_timeout_ms: 1,
  forward_grace_ms: 1,
  drain_timeout_ms: 2,
  session_check_interval_ms: 1,
  session_retry_interval_ms: 1,
  session_silence_ms: 1,
  ack_interval_ms: 1,
});

/** Two frames, and timers that fire in another order than those of {@link SMALL_LIMITS}: a full buffer aborts at once. */
export const REORDERED_LIMITS = captureLimits({
  ...SMALL_LIMITS,
  max_frames: 2,
  ingest_grace_ms: 2,
  silence_timeout_ms: 1,
  session_timeout_ms: 2,
  stream_open_timeout_ms: 2,
  forward_timeout_ms: 2,
  forward_grace_ms: 0,
  drain_timeout_ms: 1,
  session_check_interval_ms: 2,
  ack_interval_ms: 2,
});

/** A single frame: enough for a fault of a timer, in a fraction of the time. */
export const ONE_FRAME_LIMITS = captureLimits({ ...SMALL_LIMITS, max_frames: 1 });
