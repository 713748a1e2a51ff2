/** The form of a timestamp; whether it has a day that exists, and a year from 1970 on, is for {@link parseTimestamp}. */
export const CALENDAR_DATE_TIME =
  /^([12]\d{3})-(0[1-9]|1[0-2])-(\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d+))?)?(?:Z|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)?$/;

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(3000, 0, 1) - 1;

/** Every month has as many. */
const SURE_DAYS = 28;

/**
 * Reads a timestamp as PROTOCOL.md, "Common fields", has it: one without an offset is UTC, what is finer than a millisecond
 * is cut off. Undefined if it is not one, or not of the years 1970 to 2999.
 */
export function parseTimestamp(text: unknown): Date | undefined {
  if (typeof text !== 'string') return undefined;
  const match = CALENDAR_DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = 0, fraction = '', sign, offset_h = 0, offset_m = 0] = match;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  // Date.UTC carries a day that does not exist, such as February 30, over into the next month
  const exists = Number(day) > 0 && (Number(day) <= SURE_DAYS || new Date(local).getUTCDate() === Number(day));
  if (!exists) return undefined;
  const milliseconds = fraction === '' ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const offset = sign === undefined ? 0 : (Number(offset_h) * 60 + Number(offset_m)) * 60_000;
  const time = local + milliseconds - (sign === '-' ? -offset : offset);
  return time >= EARLIEST && time <= LATEST ? new Date(time) : undefined;
}
