import { readFileSync } from 'node:fs';

/** PROTOCOL.md as it is. */
export function readProtocol(): string {
  return readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');
}

/** What a page says, piece by piece: each chapter, each row of the tables in it, each of its numbered dialogues. */
export function clausesOf(page: string): string[] {
  return sections(page).flatMap(({ heading, text }) => {
    const dialogues = [...text.matchAll(/^(\d+)\. \*\*/gm)].map(([, number = '']) => number);
    return [heading, ...[...firstCells(text), ...dialogues].map((clause) => `${heading}: ${clause}`)];
  });
}

/** The rows of the tables in one chapter, by their first cells. */
export function rowsOf(page: string, chapter: string): string[] {
  return sections(page).flatMap(({ heading, text }) => (heading === chapter ? firstCells(text) : []));
}

function firstCells(text: string): string[] {
  // the first is a table's head, the second the line below it
  return [...text.matchAll(/^\| (.+?) +\|/gm)].slice(2).map(([, cell = '']) => plain(cell));
}

/** From each heading to the next, but for a heading that says nothing itself. */
function sections(page: string): { heading: string; text: string }[] {
  const [, ...parts] = page.split(/^##+ /m);
  return parts.flatMap((part) => {
    const [heading = '', ...lines] = part.split('\n');
    const text = lines.join('\n').trim();
    return text === '' ? [] : [{ heading: plain(heading), text }];
  });
}

/** Without code marks, and without where its links lead to. */
function plain(text: string): string {
  return text
    .replaceAll('`', '')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .trim();
}
