import { CAPTURE_ERROR_CODES } from '@a3cp/capture-protocol';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { failureOf } from './capture-failure.js';
import { type ExplainedCode, explain, type Retry } from './explanation.js';

const PROTOCOL = readFileSync(new URL('../../../PROTOCOL.md', import.meta.url), 'utf8');

/** The cells of every row of a chapter's table, but its head. */
function rows(chapter: string): string[][] {
  const [, text = ''] = PROTOCOL.split(`\n## ${chapter}\n`);
  const [table = ''] = text.split('\n## ');
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const ERROR_CODES = rows('Error codes').map(([code = '', , again = '']) => [code.replaceAll('`', ''), again] as const);
const CLOSE_CODES = rows('Close codes').map(([code]) => Number(code));

/** How PROTOCOL.md says it. */
function retryOf(again: string): Retry {
  if (again === 'yes, at once') return 'now';
  if (again === 'yes, later') return 'later';
  return again.includes('session') ? 'new_session' : 'after_change';
}

describe('explain', () => {
  it('has words for exactly the error codes of PROTOCOL.md', () => {
    expect(ERROR_CODES.map(([code]) => code)).toEqual(CAPTURE_ERROR_CODES);
  });

  it.each(ERROR_CODES)('%s: says what happened, and whether trying again helps: %s', (code, again) => {
    const { explanation, explained_code, retry } = explain(code as ExplainedCode);

    expect(explanation).toMatch(/^[A-Z].*\.$/);
    expect(explained_code).toBe(code);
    expect(retry).toBe(retryOf(again));
  });

  it.each<ExplainedCode>([
    'server_unreachable',
    'server_silent',
    'connection_lost',
    'server_stopping',
    'message_refused',
    'server_failed',
    'not_confirmed',
    'camera_refused',
    'camera_missing',
    'camera_busy',
    'camera_unsuitable',
    'camera_insecure',
    'camera_unsupported',
    'camera_browser_outdated',
    'camera_falsified',
    'camera_lost',
    'camera_silent',
    'camera_failed',
  ])('%s: speaks to a person and not to a program', (code) => {
    const { explanation } = explain(code);

    expect(explanation).toMatch(/^[A-Z].*\.$/);
    expect(explanation).not.toMatch(/_|socket|frame|code|null|capture/i);
  });

  it.each(CAPTURE_ERROR_CODES)('%s: speaks to a person and not to a program', (code) => {
    expect(explain(code).explanation).not.toMatch(/_|socket|frame|code|null|capture/i);
  });

  it.each(['a_code_of_a_newer_server', 'toString'])('has words for %s all the same', (code) => {
    expect(explain(code as ExplainedCode)).toEqual(explain('server_failed'));
  });
});

describe('failureOf', () => {
  it('knows every close code of PROTOCOL.md', () => {
    expect(CLOSE_CODES.map((code) => [code, failureOf(code)])).toEqual([
      [1000, 'not_confirmed'],
      [1001, 'server_stopping'],
      [1003, 'message_refused'],
      [1008, 'message_refused'],
      [1009, 'message_refused'],
      [1011, 'server_failed'],
    ]);
  });

  it.each([1005, 1006, 1012, 4000])('takes %i for a connection that was lost', (code) => {
    expect(failureOf(code)).toBe('connection_lost');
  });
});
