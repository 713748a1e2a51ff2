import type { ClientLimits } from '@a3cp/capture-protocol';
import type { CaptureFrame } from './frame-source.js';
import type { SentFrames } from './sent-frames.js';

/** Frames a capture may be ahead of its rate; the server allows 15. PROTOCOL.md, "Limits". */
const BURST_FRAMES = 2;

/** What a frame's limits say of it: whether it may go out, is left out by itself, or is past the capture's end. */
export type Admission = 'send' | 'too_early' | 'too_large' | 'past_end';

/**
 * Decides on a frame before it gets a `seq`, so that no frame ever exceeds a limit of the server. `fps_target` is what the
 * capture announced; the server refuses more than `max_fps`. PROTOCOL.md, "Limits".
 */
export function admit(
  { jpeg, timestamp_frame }: CaptureFrame,
  sent: SentFrames,
  limits: ClientLimits,
  fps_target: number,
): Admission {
  if (sent.count >= limits.max_frames) return 'past_end';
  const since_start_ms = sent.first ? timestamp_frame.getTime() - sent.first.getTime() : 0;
  if (since_start_ms > limits.max_duration_ms) return 'past_end';
  if (jpeg.byteLength > limits.max_frame_bytes) return 'too_large';
  if (sent.bytes + jpeg.byteLength > limits.max_total_bytes) return 'past_end';
  if (since_start_ms < sent.elapsed_ms) return 'too_early';
  const max_fps = Math.max(limits.max_fps, fps_target);
  if (sent.count + 1 > BURST_FRAMES + (max_fps * since_start_ms) / 1000) return 'too_early';
  return 'send';
}
