import { DEFAULT_CAPTURE_LIMITS, NUMERIC_LIMITS } from '@a3cp/capture-domain';
import { CAPTURE_ERROR_CODES, CAPTURE_PATHS, DOWNSTREAM_ONLY_ERROR_CODES, MODALITIES } from '@a3cp/capture-protocol';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { CloseCode } from './gateway/close-code.js';

const PAGE = readFileSync(new URL('../../../PROTOCOL.md', import.meta.url), 'utf8');

/** What ws decides by itself, from the largest message the gateway allows it. */
const TOO_LARGE_FOR_THE_TRANSPORT = 1009;

function chapter(title: string): string {
  const [, text] = PAGE.split(`\n## ${title}\n`);
  if (text === undefined) throw new Error(`PROTOCOL.md has no chapter ${title}`);
  return text.split('\n## ')[0] ?? '';
}

/** The cells of the chapter's first table, without its head and without Markdown's code marks. */
function rows(title: string): string[][] {
  const lines = chapter(title)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  const cells = lines.map((line) => line.split('|').slice(1, -1));
  return cells.slice(2).map((row) => row.map((cell) => cell.replaceAll('`', '').trim()));
}

/** A table of names and defaults, where a row may hold two of each. */
function defaults(title: string): [string, number][] {
  return rows(title).flatMap(([names = '', values = '']) => {
    const numbers = values.split(', ').map((value) => Number(value.replaceAll(',', '')));
    return names.split(', ').map((name, index): [string, number] => [name, numbers[index] ?? NaN]);
  });
}

describe('PROTOCOL.md', () => {
  it('names every error code a client can meet, in the order of the code', () => {
    expect(rows('Error codes').map(([code]) => code)).toEqual([...CAPTURE_ERROR_CODES]);
  });

  it('says of every error code what it means and whether to try again', () => {
    for (const row of rows('Error codes')) expect(row.map((cell) => cell.length > 0)).toEqual([true, true, true]);
  });

  it.each(DOWNSTREAM_ONLY_ERROR_CODES)('names %s beside them', (code) => {
    expect(chapter('Error codes')).toContain(`\`${code}\``);
  });

  it('names every close code, and no other', () => {
    const codes = Object.values(CloseCode).filter((code) => typeof code === 'number');
    const named = rows('Close codes').map(([code]) => Number(code));
    expect(named).toEqual([...codes, TOO_LARGE_FOR_THE_TRANSPORT].sort());
  });

  it('names every limit and every timer with its default, in the order of the code', () => {
    const named = [...defaults('Limits'), ...defaults('Timers')];
    expect(named).toEqual(NUMERIC_LIMITS.map((name) => [name, DEFAULT_CAPTURE_LIMITS[name]]));
  });

  it('says which are times', () => {
    for (const [name] of defaults('Timers')) expect(name).toMatch(/_ms$/);
  });

  it('names every path, and no other', () => {
    const paths = [...chapter('Connecting').matchAll(/^- `(.+)`$/gm)].map(([, path]) => path);
    expect(paths).toEqual([...CAPTURE_PATHS]);
  });

  it('names every modality', () => {
    const [, , rule] = rows('Common fields').find(([field]) => field === 'modality') ?? [];
    expect(rule).toBe(`${MODALITIES.slice(0, -1).join(', ')} or ${MODALITIES.at(-1)}`);
  });

  it('has every chapter it lists, each under its name', () => {
    const links = [...PAGE.matchAll(/\[([^\]]+)\]\(#([^)]+)\)/g)];
    expect(links.length).toBeGreaterThan(10);
    for (const [, title = '', anchor] of links) {
      expect(chapter(title)).not.toBe('');
      expect(anchor).toBe(
        title
          .toLowerCase()
          .replace(/[^a-z0-9 ]/g, '')
          .replaceAll(' ', '-'),
      );
    }
  });
});
