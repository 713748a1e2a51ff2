import { readFileSync } from 'node:fs';

/** What at least one transcript must name: each row of each table, each dialogue, each message of the extension. */
export function rowsOf(page: string): string[] {
  const rows: string[] = [];
  for (const { heading, text } of sections(page)) {
    const cells = [...text.matchAll(/^\| (.+?) +\|/gm)].map(([, cell = '']) => cell);
    // the first is the table's head, the second the line below it
    rows.push(...cells.slice(2).map((cell) => `${heading}: ${plain(cell)}`));
    rows.push(...[...text.matchAll(/^(\d+)\. \*\*/gm)].map(([, number = '']) => `${heading}: ${number}`));
  }
  return [...rows, ...headingsWithin(page, 'Extension a3cp.capture.v1')];
}

/** Everything a transcript may name: {@link rowsOf}, and each chapter as a whole. */
export function clausesOf(page: string): Set<string> {
  return new Set([...rowsOf(page), ...sections(page).map(({ heading }) => heading)]);
}

/** PROTOCOL.md as it is. */
export function readProtocol(): string {
  return readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');
}

function sections(page: string): { heading: string; text: string }[] {
  return page.split(/^#+ /m).map((section) => {
    const [heading = '', ...lines] = section.split('\n');
    return { heading: plain(heading), text: lines.join('\n') };
  });
}

function headingsWithin(page: string, chapter: string): string[] {
  const [, text = ''] = page.split(`\n## ${chapter}\n`);
  const [own = ''] = text.split('\n## ');
  return [chapter, ...[...own.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => plain(heading))];
}

function plain(text: string): string {
  return text.replaceAll('`', '').trim();
}
