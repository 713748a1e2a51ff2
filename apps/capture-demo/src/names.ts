/** The name among these that differs from `typed` only in case, blanks or the way its letters are encoded; else null. */
export function alikeName(names: readonly string[], typed: string): string | null {
  if (names.includes(typed)) return null;
  return names.find((name) => folded(name) === folded(typed)) ?? null;
}

function folded(name: string): string {
  return name.normalize('NFKC').replace(/\s/gu, '').toLowerCase();
}
