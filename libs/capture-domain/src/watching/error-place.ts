/**
 * The place of an error in the code: the lines of its stack without its message, which can contain a client's data. Undefined for
 * a value that is not an Error.
 */
export function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
}
