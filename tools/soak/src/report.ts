import type { CaptureRecord } from './ledger.js';
import type { SoakResult } from './soak.js';

const MB = 1_000_000;

function sum(records: readonly CaptureRecord[], of: (record: CaptureRecord) => number): number {
  return records.reduce((total, record) => total + of(record), 0);
}

/** The numbers of a soak, by their names; what happened most often first among the outcomes. */
export function report({ records, start, end }: SoakResult): Record<string, number | string> {
  const outcomes = new Map<string, number>();
  for (const { outcome } of records) {
    const name = `outcome ${outcome ?? 'none'}`;
    outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
  }
  const opened = records.filter((record) => record.opened);
  return {
    captures: records.length,
    ...Object.fromEntries([...outcomes].sort(([, a], [, b]) => b - a)),
    'captures while a process was held up': records.filter((record) => record.held_up).length,
    'streams opened downstream': opened.length,
    'with exactly one end': opened.filter((record) => record.ends_downstream === 1).length,
    'frames delivered': sum(records, (record) => record.received),
    'frames lost after their confirmation': sum(records, (record) => record.lost_frames),
    'frames twice, out of order or changed': sum(records, (record) => record.wrong_frames),
    'RSS at the start, MB': (start.rss / MB).toFixed(0),
    'RSS at the end, MB': (end.rss / MB).toFixed(0),
    'memory in use at the start, MB': (start.used / MB).toFixed(1),
    'memory in use at the end, MB': (end.used / MB).toFixed(1),
    'event-loop delay p99, ms': end.delay_p99_ms.toFixed(1),
    'event-loop delay longest, ms': end.delay_max_ms.toFixed(1),
  };
}

/** What memory in use may grow by: code that was compiled and pools that were filled, and no capture. */
const MAX_GROWTH_BYTES = 16 * MB;

/** What is not as it must be; nothing, if the soak went well. */
export function findings({ records, start, end, errors, exit_code }: SoakResult): string[] {
  const found = records.flatMap((record) => record.findings());
  const growth = end.used - start.used;
  if (growth > MAX_GROWTH_BYTES) found.push(`memory in use grew by ${(growth / MB).toFixed(1)} MB`);
  if (exit_code !== 0) found.push(`the gateway exited with ${exit_code ?? 'a signal'}`);
  return [...found, ...errors.map((line) => `the gateway said: ${line}`)];
}
