const CALENDAR_DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)?$/;

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(3000, 0, 1) - 1;

/**
 * Reads a timestamp as PROTOCOL.md, "Common fields", has it: one without an offset is UTC, what is finer than a millisecond
 * is cut off. Undefined if it is not one, or not of the years 1970 to 2999.
 */
export function parseTimestamp(text: unknown): Date | undefined {
  if (typeof text !== 'string') return undefined;
  const match = CALENDAR_DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', sign = '+', offset_h = '0', offset_m = '0'] =
    match;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  // Date.UTC carries over what does not exist, such as February 30, into another day or hour, and takes year 70 for 1970
  const written = new Date(local);
  const exists =
    written.getUTCFullYear() === Number(year) &&
    written.getUTCMonth() + 1 === Number(month) &&
    written.getUTCDate() === Number(day) &&
    written.getUTCHours() === Number(hour) &&
    written.getUTCMinutes() === Number(minute);
  if (!exists || Number(offset_h) > 23 || Number(offset_m) > 59) return undefined;
  const offset = (Number(offset_h) * 60 + Number(offset_m)) * 60_000;
  const time = local + milliseconds - (sign === '-' ? -offset : offset);
  return time >= EARLIEST && time <= LATEST ? new Date(time) : undefined;
}
