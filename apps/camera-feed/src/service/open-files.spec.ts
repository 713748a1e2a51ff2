import { DEFAULT_CAPTURE_LIMITS as LIMITS } from '@a3cp/capture-domain';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { openFilesLimit, withinOpenFiles } from './open-files.js';

describe('openFilesLimit', () => {
  it('is what the system says', () => {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    expect(openFilesLimit()).toBe(Number(soft));
  });
});

describe('the limits of a process', () => {
  it.each([4_100, 20_000, Infinity])('stay where it can open %d files', (open_files) => {
    expect(withinOpenFiles(LIMITS, open_files)).toEqual(LIMITS);
  });

  it.each([
    [4_099, 1_999, 999],
    [1_024, 462, 231],
    [200, 50, 25],
    [10, 2, 1],
  ])('where it can open %d files: %d connections, %d of an address', (open_files, in_all, of_address) => {
    const connections = { max_connections: in_all, max_connections_per_address: of_address };
    expect(withinOpenFiles(LIMITS, open_files)).toEqual({ ...LIMITS, ...connections });
  });

  it('leave an address what it had if that was less than half', () => {
    const limits = { ...LIMITS, max_connections_per_address: 20 };
    expect(withinOpenFiles(limits, 1_024)).toMatchObject({ max_connections: 462, max_connections_per_address: 20 });
  });
});
