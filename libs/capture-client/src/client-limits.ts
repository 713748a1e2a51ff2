import type { ClientLimits } from '@a3cp/capture-protocol';

/** What a server allows that has not said otherwise. PROTOCOL.md, "Limits". */
export const DEFAULT_CLIENT_LIMITS: ClientLimits = Object.freeze({
  max_fps: 15,
  max_width: 640,
  max_height: 480,
  max_pixels: 307_200,
  max_duration_ms: 15_000,
  max_frames: 225,
  max_frame_bytes: 300_000,
  max_total_bytes: 50_000_000,
});

/** How long after its `capture.open` such a server aborts a capture that still runs, in milliseconds. */
export const DEFAULT_DEADLINE_MS = 25_000;
