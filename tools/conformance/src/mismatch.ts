import { isDeepStrictEqual } from 'node:util';

/**
 * How long a check waits for what must come, milliseconds: longer than each deadline of a gateway, since a busy machine can stall
 * either side. Whether answers come in time is a check of its own.
 */
export const PATIENCE_MS = 10_000;

/** Something else came than the contract says, or nothing. */
export class Mismatch extends Error {
  constructor(expected: string, received: string) {
    super(`expected ${expected}, received ${received}`);
  }
}

/**
 * Waits for at most `patience_ms`; throws a {@link Mismatch} if nothing came by then.
 *
 * @param expected what the contract says must come, in words
 */
export async function patiently<T>(
  expected: string,
  patience_ms: number,
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(patience_ms);
  try {
    return await wait(signal);
  } catch (error) {
    throw signal.aborted ? new Mismatch(expected, `nothing within ${patience_ms} ms`) : error;
  }
}

/** Throws a {@link Mismatch} unless the median of the times is within the deadline, so that one stall of the machine decides nothing. */
export function mustBeWithin(deadline_ms: number, what: string, times_ms: readonly number[]): void {
  const median = times_ms.toSorted((a, b) => a - b)[Math.floor(times_ms.length / 2)] ?? 0;
  if (median > deadline_ms) throw new Mismatch(`${what} within ${deadline_ms} ms`, `it after ${median} ms`);
}

/** The first expected field with another value, nested fields included, else null. Other fields can have any value. */
export function difference(
  expected: object,
  received: Readonly<Record<string, unknown>>,
): { readonly field: string; readonly expected: unknown; readonly received: unknown } | null {
  for (const [field, value] of Object.entries(expected)) {
    const other = received[field];
    if (isObject(value) && isObject(other)) {
      const nested = difference(value, other);
      if (nested) return { ...nested, field: `${field}.${nested.field}` };
    } else if (!isDeepStrictEqual(value, other)) {
      return { field, expected: value, received: other };
    }
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
