import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { METRICS_PREFIX } from './camera-feed-metrics.js';

/**
 * Adds what there is to know of the process itself: event-loop delay, garbage collection, processor time, memory. Whoever
 * owns the process calls it, once: what measures the event loop is never stopped.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, prefix: METRICS_PREFIX });
  // the default ones tell nothing of array buffers, where frames are, and read the rest from files a sealed process may not
  new Gauge({
    name: `${METRICS_PREFIX}memory_bytes`,
    help: 'Memory of the process, by kind',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
      this.set({ kind: 'resident' }, rss);
      this.set({ kind: 'heap_used' }, heapUsed);
      this.set({ kind: 'external' }, external);
      this.set({ kind: 'array_buffers' }, arrayBuffers);
    },
  });
}
