import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseTimestamp } from './timestamp.js';

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(3000, 0, 1) - 1;

const read = (text: unknown): string | undefined => parseTimestamp(text)?.toISOString();

describe('a timestamp', () => {
  it.each([
    ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02T03:04:05.678', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04', '2026-01-02T03:04:00.000Z'],
    ['2026-01-02T03:04Z', '2026-01-02T03:04:00.000Z'],
    ['2026-01-02T03:04+02:00', '2026-01-02T01:04:00.000Z'],
    ['2026-01-02T03:04:05,5Z', '2026-01-02T03:04:05.500Z'],
  ])('%s is %s', (text, utc) => {
    expect(read(text)).toBe(utc);
  });

  it.each([
    ['.1', '.100'],
    ['.12', '.120'],
    ['.123456', '.123'],
    ['.123999', '.123'],
    ['.000999', '.000'],
    [`.${'9'.repeat(10_000)}`, '.999'],
  ])('finer than a millisecond is cut off (%#)', (fraction, milliseconds) => {
    expect(read(`2026-01-02T03:04:05${fraction}Z`)).toBe(`2026-01-02T03:04:05${milliseconds}Z`);
  });

  it.each([
    ['+00:00', '12:00:00'],
    ['-00:00', '12:00:00'],
    ['+05:30', '06:30:00'],
    ['+0530', '06:30:00'],
    ['+05', '07:00:00'],
    ['-08:00', '20:00:00'],
    ['+11:59', '00:01:00'],
  ])('with the offset %s', (offset, utc) => {
    expect(read(`2026-01-02T12:00:00${offset}`)).toBe(`2026-01-02T${utc}.000Z`);
  });

  it('may lie in another day, month and year than its text, by its offset', () => {
    expect(read('2025-12-31T23:30:00-01:00')).toBe('2026-01-01T00:30:00.000Z');
    expect(read('2026-01-01T00:30:00+23:59')).toBe('2025-12-31T00:31:00.000Z');
  });

  it.each([
    ['1970-01-01T00:00:00.000Z', EARLIEST],
    ['1970-01-01T01:00+01:00', EARLIEST],
    ['2999-12-31T23:59:59.999Z', LATEST],
    ['2999-12-31T22:59:59.999-01:00', LATEST],
    ['2024-02-29T00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00Z', Date.UTC(2000, 1, 29)],
  ])('%s is at the edge and passes', (text, time) => {
    expect(parseTimestamp(text)?.getTime()).toBe(time);
  });
});

describe('no timestamp', () => {
  it.each([
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:59:59.999+01:00',
    '3000-01-01T00:00:00.000Z',
    '2999-12-31T23:00:00-01:00',
    '0000-01-01T00:00Z',
    '0001-01-01T00:00Z',
    '0069-12-31T23:59Z',
    '0070-01-01T00:00Z',
    '0099-12-31T23:59Z',
    '0100-01-01T00:00Z',
    '9999-12-31T23:59:59.999Z',
    '275760-09-13T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '-000001-01-01T00:00:00Z',
  ])('%s is of no year from 1970 to 2999', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it.each([
    '2026-02-29T00:00Z',
    '2026-02-30T00:00Z',
    '2100-02-29T00:00Z',
    '2026-04-31T00:00Z',
    '2026-00-01T00:00Z',
    '2026-13-01T00:00Z',
    '2026-01-00T00:00Z',
    '2026-01-32T00:00Z',
    '2026-01-01T24:00Z',
    '2026-01-01T23:60Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T23:59:99Z',
    '2026-01-01T00:00+24:00',
    '2026-01-01T00:00-24:00',
    '2026-01-01T00:00+00:60',
  ])('%s does not exist', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it.each([
    '',
    'now',
    '2026-01-01',
    '2026-01-01T00',
    '2026-01-01 00:00Z',
    '2026-01-01t00:00z',
    '20260101T0000Z',
    '2026-1-1T0:0Z',
    '2026-W01-1T00:00Z',
    '2026-001T00:00Z',
    '2026-01-01T00:00.5Z',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00ZZ',
    '2026-01-01T00:00:00Z+01:00',
    '2026-01-01T00:00:00+1',
    ' 2026-01-01T00:00Z',
    '2026-01-01T00:00Z\n',
    '٢٠٢٦-01-01T00:00Z',
    'Thu, 01 Jan 2026 00:00:00 GMT',
    '1767225600000',
  ])('%p is written otherwise', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it.each([undefined, null, 1_767_225_600_000, NaN, true, {}, [], ['2026-01-01T00:00Z'], new Date()])(
    '%p is no text',
    (value) => {
      expect(parseTimestamp(value)).toBeUndefined();
    },
  );
});

describe('whatever the time', () => {
  const moments = fc.date({ min: new Date(EARLIEST), max: new Date(LATEST), noInvalidDate: true });

  it('it is read back as it was written', () => {
    fc.assert(fc.property(moments, (date) => parseTimestamp(date.toISOString())?.getTime() === date.getTime()));
  });

  it('it is the same moment at every offset', () => {
    const inner = fc.date({
      min: new Date(EARLIEST + 86_400_000),
      max: new Date(LATEST - 86_400_000),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(inner, fc.nat(23), fc.nat(59), fc.constantFrom(1, -1), (date, hours, minutes, sign) => {
        const local = new Date(date.getTime() + sign * (hours * 60 + minutes) * 60_000);
        const two = (n: number) => String(n).padStart(2, '0');
        const offset = `${sign > 0 ? '+' : '-'}${two(hours)}:${two(minutes)}`;
        return parseTimestamp(local.toISOString().replace('Z', offset))?.getTime() === date.getTime();
      }),
    );
  });

  it('a text that is read is of the years 1970 to 2999, and none throws', () => {
    const likely = fc.stringMatching(
      /^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9](Z|[+-][0-2][0-9]:[0-6][0-9])?$/,
    );
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(fc.string(), likely), (text) => {
        const date = parseTimestamp(text);
        if (!date) return;
        read += 1;
        expect(date.getTime()).toBeGreaterThanOrEqual(EARLIEST);
        expect(date.getTime()).toBeLessThanOrEqual(LATEST);
        // by its offset a text may lie a day outside, but no further
        expect(Math.abs(Number(text.slice(0, 4)) - date.getUTCFullYear())).toBeLessThanOrEqual(1);
      }),
      { numRuns: 3_000 },
    );
    expect(read).toBeGreaterThan(0);
  });
});
