/**
 * Where in the code an error was made: the lines of its stack without its message, which can carry what a client sent.
 * Undefined for what is not an Error.
 */
export function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
}
