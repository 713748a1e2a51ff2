import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { PeerLog } from './peer-log.js';

let lines: string[];
let clock: ManualClock;
let log: PeerLog;

beforeEach(() => {
  lines = [];
  clock = new ManualClock();
  log = new PeerLog('Test', clock);
  const keep = (line: string): void => void lines.push(line);
  Logger.overrideLogger({ log: keep, warn: keep, error: keep });
});

afterEach(() => void Logger.overrideLogger(false));

describe('given lines that a peer can cause', () => {
  it('when there are many of one kind, then one a minute is written and says how many were left out', () => {
    for (let n = 0; n < 1_000; n++) log.warn('full');
    clock.advance(59_999);
    log.warn('full');
    expect(lines).toEqual(['full']);
    clock.advance(1);
    log.warn('full');
    expect(lines).toEqual(['full', 'full (1000 more since the last such line)']);
  });

  it('when nothing was left out, then the line stands alone', () => {
    log.warn('full');
    clock.advance(60_000);
    log.warn('full');
    expect(lines).toEqual(['full', 'full']);
  });

  it('when there are several kinds, then each has a minute of its own', () => {
    log.warn('full');
    expect(log.error('broken')).toBe(true);
    expect(log.error('broken')).toBe(false);
    log.over('full no more');
    expect(lines).toEqual(['full', 'broken', 'full no more']);
  });

  it('when lines of one kind differ, then they share its minute', () => {
    log.warn('answered 500', 'answered');
    log.warn('answered 502', 'answered');
    clock.advance(60_000);
    log.warn('answered 503', 'answered');
    expect(lines).toEqual(['answered 500', 'answered 503 (1 more since the last such line)']);
  });
});
