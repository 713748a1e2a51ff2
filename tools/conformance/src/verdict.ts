/** What came of one transcript or one check. */
export interface Verdict {
  readonly name: string;
  readonly result: 'pass' | 'FAIL' | 'skip';
  /** Why, in a line; null for a pass. */
  readonly why: string | null;
  /** What of the contract it shows, with the page that says it. */
  readonly clause: string;
}

/** The verdicts as lines of text, and how many there are of each kind. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const width = Math.max(...verdicts.map(({ name }) => name.length));
  const rows = verdicts.flatMap(({ name, result, why, clause }) => [
    `${name.padEnd(width)}  ${result}${why === null ? '' : `  ${why}`}`,
    ...(result === 'FAIL' ? [`${' '.repeat(width)}        ${clause}`] : []),
  ]);
  const count = (wanted: Verdict['result']): number => verdicts.filter(({ result }) => result === wanted).length;
  return [...rows, `${count('pass')} passed, ${count('FAIL')} failed, ${count('skip')} skipped`, ''].join('\n');
}
