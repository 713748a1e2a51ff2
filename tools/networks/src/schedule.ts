/** Bytes that one packet carries. */
export const PACKET_BYTES = 1_500;

/** When one direction of a network carries a packet. Times are milliseconds since the network began. */
export interface Schedule {
  /** The first time after `after_ms` at which a packet goes out; a rate counts from `after_ms`. */
  next(after_ms: number): number;
}

/** Carries packets at a constant rate; `Infinity` carries everything at once. */
export function steady(bits_per_second: number): Schedule {
  const packet_ms = (PACKET_BYTES * 8_000) / bits_per_second;
  return { next: (after_ms) => after_ms + packet_ms };
}

/**
 * Carries `packets[i]` packets in the i-th interval of `bin_ms` milliseconds, spread evenly over it. The network begins
 * `offset_ms` into the recording, and the recording starts again at its end. At least one interval must carry a packet.
 */
export function recorded(packets: readonly number[], bin_ms: number, offset_ms = 0): Schedule {
  return {
    next: (after_ms) => {
      const after = after_ms + offset_ms;
      let bin = Math.floor(after / bin_ms);
      // the packet after the one that went out at `after`, whatever its last digit was rounded to
      let packet = Math.floor(((after - bin * bin_ms) / bin_ms) * packetsIn(packets, bin) + 1e-6) + 1;
      while (packet >= packetsIn(packets, bin)) {
        bin += 1;
        packet = 0;
      }
      return (bin + packet / packetsIn(packets, bin)) * bin_ms - offset_ms;
    },
  };
}

function packetsIn(packets: readonly number[], bin: number): number {
  return packets[bin % packets.length] ?? 0;
}

/** Carries nothing from `from_ms` for `duration_ms`. */
export function stalled(schedule: Schedule, from_ms: number, duration_ms: number): Schedule {
  const until_ms = from_ms + duration_ms;
  return {
    next: (after_ms) => {
      const next_ms = schedule.next(after_ms);
      return next_ms >= from_ms && next_ms < until_ms ? schedule.next(Math.max(after_ms, until_ms)) : next_ms;
    },
  };
}

/** One network until `at_ms`, another one from then on. */
export function changed(before: Schedule, at_ms: number, after: Schedule): Schedule {
  return {
    next: (after_ms) => {
      const next_ms = before.next(after_ms);
      return next_ms < at_ms ? next_ms : after.next(Math.max(after_ms, at_ms));
    },
  };
}
