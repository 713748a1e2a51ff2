/** The middle of some times and their slow end, milliseconds. */
export interface Percentiles {
  readonly p50_ms: number;
  readonly p99_ms: number;
}

/** The middle of some rounds, and the least and the most of them. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Of some rounds. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** Of some milliseconds; null of none. */
export function percentiles(values_ms: readonly number[]): Percentiles | null {
  if (values_ms.length === 0) return null;
  return { p50_ms: percentile(values_ms, 0.5), p99_ms: percentile(values_ms, 0.99) };
}

/** The middle one; NaN of none. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function percentile(values: readonly number[], fraction: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? NaN;
}
