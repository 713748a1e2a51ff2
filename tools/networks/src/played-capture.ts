import type { LaboratoryClient } from './client.js';
import type { Line } from './line.js';
import { Network } from './network.js';
import { type OwnFaults, ownFaults } from './own-hole.js';
import type { HeldMost, LaboratoryStack } from './stack.js';
import { median } from './statistics.js';
import type { SentFrame } from './transcript.js';

/** After the last frame the gateway waits this long for what is still on its way. PROTOCOL.md, "Timers". */
const GRACE_MS = 10_000;

/** One capture that was played over a line, in numbers. */
export interface PlayedCapture {
  readonly line: string;
  /** `completed`, or the code that the client gave. */
  readonly outcome: string;
  /** Frames that the extractor acknowledged. */
  readonly frames: number;
  /** Those frames a second of camera. */
  readonly fps: number;
  /** The longest event time without a delivered frame; the end of the capture counts. */
  readonly largest_hole_ms: number;
  /** From 0 to 1, the median frame's. */
  readonly quality: number;
  /** The median frame's. */
  readonly frame_bytes: number;
  /** From the WebSocket's constructor to the first frame. */
  readonly first_frame_ms: number;
  /** From the WebSocket's constructor to the client's verdict. */
  readonly verdict_ms: number;
  readonly held: HeldMost;
  readonly own: OwnFaults;
  /** The longest time in which the machine kept the laboratory from its work. */
  readonly delayed_ms: number;
}

/** Plays one capture over the line. */
export async function playCapture(
  client: LaboratoryClient,
  stack: LaboratoryStack,
  line: Line,
): Promise<PlayedCapture> {
  const { duration_ms } = client;
  const network = await Network.to(stack.port, line);
  try {
    const playing = client.play(network, stack);
    const [{ outcome, transcript, verdict_ms }, held] = await Promise.all([playing, stack.watchBuffer(playing)]);
    const { delivered, first_frame_ms } = transcript;
    return {
      line: line.name,
      outcome,
      frames: delivered.length,
      fps: (delivered.length * 1_000) / duration_ms,
      largest_hole_ms: largestHole(delivered, duration_ms),
      quality: median(delivered.map(({ quality }) => quality)),
      frame_bytes: Math.round(median(delivered.map(({ bytes }) => bytes))),
      first_frame_ms,
      verdict_ms,
      held,
      own: {
        hole_ms: ownFaults(line, duration_ms).hole_ms,
        outage_ms: ownFaults(line, duration_ms + GRACE_MS).outage_ms,
      },
      delayed_ms: network.longest_tick_ms,
    };
  } finally {
    await network.stop();
  }
}

function largestHole(frames: readonly SentFrame[], duration_ms: number): number {
  const times = frames.map(({ timestamp_ms }) => timestamp_ms);
  const [start = 0] = times;
  const ends = [...times.slice(1), start + duration_ms];
  return Math.max(...ends.map((end, index) => end - (times[index] ?? start)));
}
