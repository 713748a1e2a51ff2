import { monitorEventLoopDelay } from 'node:perf_hooks';
import v8 from 'node:v8';
import vm from 'node:vm';
import { type Stall, watchStalls } from './watch-stalls.js';

/** What a gateway process says of itself when it is asked, over the IPC channel of `fork`. */
export interface Reading {
  /** Bytes, after garbage was collected. */
  readonly rss: number;
  /** Bytes of objects and of buffers in use, after garbage was collected. */
  readonly used: number;
  /** Of the event loop since the last reading, milliseconds. */
  readonly delay_p99_ms: number;
  readonly delay_max_ms: number;
}

/** The messages of a gateway process: a reading on request, a stall when the machine delayed it. */
export type GaugeMessage = { readonly reading: Reading } | { readonly stall: Stall };

/** The monitor's own interval, which is in every value it gives. */
const RESOLUTION_MS = 1;

// Loaded into the process before the gateway itself, which does not know it.
v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

const say = (message: GaugeMessage): void => void process.send?.(message);
watchStalls((stall) => say({ stall }));

process.on('message', () => {
  const ms = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  const [delay_p99_ms, delay_max_ms] = [ms(delay.percentile(99)), ms(delay.max)];
  collectGarbage();
  // what the first finds frees what the second finds
  collectGarbage();
  const { rss, heapUsed, external } = process.memoryUsage();
  say({ reading: { rss, used: heapUsed + external, delay_p99_ms, delay_max_ms } });
  delay.reset();
});
// the channel alone does not keep the gateway running
process.channel?.unref();
