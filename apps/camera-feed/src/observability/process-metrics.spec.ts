import { describe, expect, it } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { type Counter, Registry } from 'prom-client';
import { collectProcessMetrics } from './process-metrics.js';

const WORK_MS = 20;

async function activeSeconds(registry: Registry): Promise<number> {
  const counter = registry.getSingleMetric('nodejs_eventloop_active_seconds_total') as Counter;
  return (await counter.get()).values[0]?.value ?? NaN;
}

describe('nodejs_eventloop_active_seconds_total', () => {
  it('grows by the time that the event loop worked, and by no more than the time that went by', async () => {
    const registry = new Registry();
    collectProcessMetrics(registry);
    await setImmediate();
    const [begun_at, before] = [performance.now(), await activeSeconds(registry)];
    while (performance.now() - begun_at < WORK_MS);
    const grown_ms = 1000 * ((await activeSeconds(registry)) - before);
    expect(grown_ms).toBeGreaterThanOrEqual(WORK_MS * 0.99);
    expect(grown_ms).toBeLessThanOrEqual(performance.now() - begun_at + 1);
  });
});
