import { setTimeout as sleep } from 'node:timers/promises';
import type { Reading } from './gauge.js';
import { type CaptureRecord, Ledger } from './ledger.js';
import type { SoakOptions } from './options.js';
import { planOf } from './plan.js';
import { SoakClient } from './soak-client.js';
import { SoakExtractor } from './soak-extractor.js';
import { SoakSessions } from './soak-sessions.js';
import { SoakedGateway } from './soaked-gateway.js';
import { type Stall, watchStalls } from './watch-stalls.js';

/** What came of a soak. */
export interface SoakResult {
  readonly records: readonly CaptureRecord[];
  /** Before the first capture, and after the last. */
  readonly start: Reading;
  readonly end: Reading;
  /** What the gateway said of errors inside it. */
  readonly errors: readonly string[];
  readonly exit_code: number | null;
}

/** What a capture still has to do for the extractor once its client is gone: a frame, and the end. PROTOCOL.md, "Timers". */
const END_MS = 6_000;

/** When a capture was under way, milliseconds since 1970. */
interface Life {
  readonly record: CaptureRecord;
  readonly from: number;
  readonly to: number;
}

/** Begins captures at an even rate, each as its plan has it, and waits until all of them are over on every side. */
export async function soak({ rate, seconds, seed }: SoakOptions): Promise<SoakResult> {
  const ledger = new Ledger();
  const [extractor, sessions] = await Promise.all([SoakExtractor.start(ledger), SoakSessions.start(ledger)]);
  const gateway = await SoakedGateway.start({
    SESSION_MANAGER_URL: sessions.url,
    LANDMARK_EXTRACTOR_URL: extractor.url,
  });
  const stalls: Stall[] = [];
  const lives: Life[] = [];
  const stopWatching = watchStalls((stall) => stalls.push(stall));
  const capture = async (number: number): Promise<void> => {
    const record = ledger.begin(planOf(seed, number));
    const from = Date.now();
    await new SoakClient(gateway.origin, record).run();
    lives.push({ record, from, to: Date.now() + END_MS });
  };
  try {
    const start = await gateway.read();
    const captures = Math.floor((rate * seconds) / 60);
    const begun = performance.now();
    const clients: Promise<void>[] = [];
    for (let number = 0; number < captures; number++) {
      await sleep(Math.max(0, begun + (number * 60_000) / rate - performance.now()));
      clients.push(capture(number));
    }
    await Promise.all(clients);
    const end = await gateway.read();
    const exit_code = await gateway.stop();
    await Promise.all([extractor.stop(), sessions.stop()]);
    stalls.push(...gateway.stalls);
    for (const { record, from, to } of lives) {
      record.held_up = stalls.some((stall) => stall.from < to && stall.to > from);
    }
    return { records: ledger.records, start, end, errors: gateway.errors, exit_code };
  } finally {
    stopWatching();
    gateway.kill();
  }
}
