import type { Schedule } from './schedule.js';

/** One network between a client and the gateway. Times are milliseconds since the network began. */
export interface Line {
  readonly name: string;
  readonly up: Schedule;
  readonly down: Schedule;
  /** What a packet that goes out at this time needs for its way, in each direction. */
  readonly delayAt: (at_ms: number) => number;
}
