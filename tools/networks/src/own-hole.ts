import type { Line } from './line.js';
import type { Schedule } from './schedule.js';

/** Packets of the smallest frame that a client sends, with its messages: 6,000 bytes. PROTOCOL.md, "Limits". */
const FRAME_PACKETS = 5;

/** Between the instants that are looked at. */
const STEP_MS = 10;

/** What a line does to every capture in the first `window_ms` milliseconds, however its client behaves. */
export interface OwnFaults {
  /** The longest time that one small frame and its acknowledgement need, beyond the line's delay. */
  readonly hole_ms: number;
  /** The longest time in which one of the directions carries nothing. */
  readonly outage_ms: number;
}

/** Computes them from the line's schedules alone. */
export function ownFaults({ up, down }: Line, window_ms: number): OwnFaults {
  let hole_ms = 0;
  let outage_ms = 0;
  for (let at_ms = 0; at_ms < window_ms; at_ms += STEP_MS) {
    const arrived_at = afterPackets(up, at_ms, FRAME_PACKETS);
    hole_ms = Math.max(hole_ms, down.next(arrived_at) - at_ms);
    outage_ms = Math.max(outage_ms, up.next(at_ms) - at_ms, down.next(at_ms) - at_ms);
  }
  return { hole_ms, outage_ms };
}

function afterPackets(schedule: Schedule, at_ms: number, packets: number): number {
  let after = at_ms;
  for (let sent = 0; sent < packets; sent++) after = schedule.next(after);
  return after;
}
