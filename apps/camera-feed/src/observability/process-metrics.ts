import { performance } from 'node:perf_hooks';
import { collectDefaultMetrics, Counter, Gauge, type Registry } from 'prom-client';

/** Gauges whose names promtool rejects, since `_total` is for counters. Those without `_total` have the same by type. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** What prom-client reads from /proc; it shows 0 where a sealed process may not. */
const FROM_FILES = [
  'process_resident_memory_bytes',
  'process_virtual_memory_bytes',
  'process_heap_bytes',
  'process_open_fds',
  'process_max_fds',
];

/**
 * Adds the metrics of the process, `process_*` and `nodejs_*`, under the names that dashboards know: event-loop delay, garbage
 * collection, processor time, memory. Call it once, from the application that owns the process: the measurement of the event
 * loop never stops.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  countEventLoop(registry);
  memoryGauge(registry, 'nodejs_array_buffers_memory_bytes', 'Memory of array buffers, which hold the frames.', () => {
    return process.memoryUsage().arrayBuffers;
  });
  if (!('permission' in process) || process.permission.has('fs.read', '/proc/self/status')) return;
  for (const name of FROM_FILES) registry.removeSingleMetric(name);
  memoryGauge(registry, 'process_resident_memory_bytes', 'Resident memory size in bytes.', () => {
    return process.memoryUsage.rss();
  });
}

/** How full the event loop is: the counter's `rate` is the utilisation of the process, from 0 to 1. */
function countEventLoop(registry: Registry): void {
  let counted_ms = 0;
  new Counter({
    name: 'nodejs_eventloop_active_seconds_total',
    help: 'Time that the event loop spent on work, in seconds.',
    registers: [registry],
    collect() {
      const { active } = performance.eventLoopUtilization();
      this.inc((active - counted_ms) / 1000);
      counted_ms = active;
    },
  });
}

function memoryGauge(registry: Registry, name: string, help: string, bytes: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(bytes());
    },
  });
}
