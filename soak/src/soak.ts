import { setTimeout as sleep } from 'node:timers/promises';
import type { Reading } from './gauge.js';
import { type CaptureRecord, Ledger } from './ledger.js';
import type { SoakOptions } from './options.js';
import { planOf } from './plan.js';
import { SoakClient } from './soak-client.js';
import { SoakExtractor } from './soak-extractor.js';
import { SoakSessions } from './soak-sessions.js';
import { SoakedGateway } from './soaked-gateway.js';

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

/** Begins captures at an even rate, each as its plan has it, and waits until all of them are over on every side. */
export async function soak({ rate, seconds, seed }: SoakOptions): Promise<SoakResult> {
  const ledger = new Ledger();
  const [extractor, sessions] = await Promise.all([SoakExtractor.start(ledger), SoakSessions.start(ledger)]);
  const gateway = await SoakedGateway.start({
    SESSION_MANAGER_URL: sessions.url,
    LANDMARK_EXTRACTOR_URL: extractor.url,
  });
  try {
    const start = await gateway.read();
    const captures = Math.floor((rate * seconds) / 60);
    const begun = performance.now();
    const clients: Promise<void>[] = [];
    for (let number = 0; number < captures; number++) {
      await sleep(Math.max(0, begun + (number * 60_000) / rate - performance.now()));
      clients.push(new SoakClient(gateway.origin, ledger.begin(planOf(seed, number))).run());
    }
    await Promise.all(clients);
    const end = await gateway.read();
    const exit_code = await gateway.stop();
    await Promise.all([extractor.stop(), sessions.stop()]);
    return { records: ledger.records, start, end, errors: gateway.errors, exit_code };
  } finally {
    gateway.kill();
  }
}
