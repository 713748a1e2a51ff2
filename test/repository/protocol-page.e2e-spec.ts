import { CloseCode } from '@a3cp/camera-feed';
import { DEFAULT_CAPTURE_LIMITS, NUMERIC_LIMITS } from '@a3cp/capture-domain';
import { CAPTURE_ERROR_CODES, CAPTURE_PATHS, DOWNSTREAM_ONLY_ERROR_CODES, MODALITIES } from '@a3cp/capture-protocol';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const PAGE = read('PROTOCOL.md');
const DOWNSTREAM = read('docs/integration/downstream.md');
/** The pages that name timers which no client notices. */
const OTHER_PAGES = ['sessions', 'several-gateways'].map((name) => read(`docs/integration/${name}.md`)).join('');

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

  it.each(DOWNSTREAM_ONLY_ERROR_CODES)('leaves %s to docs/integration/downstream.md', (code) => {
    expect(chapter('Error codes')).not.toContain(code);
    expect(DOWNSTREAM).toMatch(new RegExp(`^\\| \`${code}\` +\\| \\w`, 'm'));
  });

  it('names every close code, and no other', () => {
    const codes = Object.values(CloseCode).filter((code) => typeof code === 'number');
    const named = rows('Close codes').map(([code]) => Number(code));
    expect(named).toEqual([...codes, TOO_LARGE_FOR_THE_TRANSPORT].sort());
  });

  it('names every limit and every timer with its default, in the order of the code; docs/integration the others', () => {
    const named = [...defaults('Limits'), ...defaults('Timers')];
    const elsewhere = [...OTHER_PAGES.matchAll(/^\| `(\w+_ms)` +\| ([\d,]+) +\|/gm)].map(
      ([, name = '', value = '']): [string, number] => [name, Number(value.replaceAll(',', ''))],
    );
    expect(elsewhere).toHaveLength(2);
    const expected = NUMERIC_LIMITS.map((name): [string, number] => [name, DEFAULT_CAPTURE_LIMITS[name]]);
    const others = elsewhere.map(([name]) => name);
    expect(named).toEqual(expected.filter(([name]) => !others.includes(name)));
    expect(elsewhere.sort()).toEqual(expected.filter(([name]) => others.includes(name)).sort());
  });

  it('says which are times', () => {
    for (const [name] of defaults('Timers')) expect(name).toMatch(/_ms$/);
  });

  it('names every path, and no other', () => {
    const paths = [...chapter('Connecting').matchAll(/^- `(.+)`$/gm)].map(([, path]) => path);
    expect(paths).toEqual([...CAPTURE_PATHS]);
  });

  it('names every modality', () => {
    const [, rule] = rows('Common fields').find(([field]) => field === 'modality') ?? [];
    expect(rule).toBe(`optional; ${MODALITIES.slice(0, -1).join(', ')} or ${MODALITIES.at(-1)}`);
  });
});
