import type { Line } from './line.js';
import { changed, type Schedule, stalled, steady } from './schedule.js';

const MBIT = 1_000_000;

/** One way, where a line has no other delay. */
const DELAY_MS = 20;

/** When something happens to a line, in the middle of a capture. */
const CHANGE_MS = 6_000;

/** How long a device carries nothing while it changes from one network to another. */
const HANDOVER_MS = 500;

function line(name: string, schedule: Schedule, delayAt: Line['delayAt'] = () => DELAY_MS): Line {
  return { name, up: schedule, down: schedule, delayAt };
}

/** Carries the same rate in both directions all the time. */
export function steadyLine(name: string, bits_per_second: number): Line {
  return line(name, steady(bits_per_second));
}

function changeOf(name: string, [rate_before, delay_before]: [number, number], [rate, delay]: [number, number]): Line {
  const schedule = stalled(changed(steady(rate_before), CHANGE_MS, steady(rate)), CHANGE_MS, HANDOVER_MS);
  return line(name, schedule, (at_ms) => (at_ms < CHANGE_MS ? delay_before : delay));
}

/** The name of the line on which nothing may be left out. */
export const GOOD_LINE = '50 Mbit/s';

/** Lines that no recording has so purely: one fault each. */
export const MADE_UP_LINES: readonly Line[] = [
  steadyLine(GOOD_LINE, 50 * MBIT),
  ...[1, 2, 3, 5].map((seconds) =>
    line(`stall of ${seconds} s`, stalled(steady(6 * MBIT), CHANGE_MS, seconds * 1_000)),
  ),
  ...[6, 1, 0.5, 0.3].map((rate) => steadyLine(`${rate} Mbit/s`, rate * MBIT)),
  ...[300, 1_000].map((rtt) => line(`round trip of ${rtt} ms`, steady(6 * MBIT), () => rtt / 2)),
  changeOf('6 Mbit/s, then 0.5', [6 * MBIT, DELAY_MS], [0.5 * MBIT, 150]),
  changeOf('0.5 Mbit/s, then 6', [0.5 * MBIT, 150], [6 * MBIT, DELAY_MS]),
];
