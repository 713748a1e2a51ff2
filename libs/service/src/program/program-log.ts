import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** What a program logs: its start, its stop and its faults. Nothing of a capture. */
const LEVELS: LogLevel[] = ['log', 'warn', 'error', 'fatal'];

/**
 * Returns the log of a program: one JSON object a line if NODE_ENV is `production`, else text for people. It logs an uncaught
 * error by its place in the code, without its message, which could contain a client's data; then the program exits with 1.
 *
 * @param levels the levels that are written. @default all
 */
export function programLog(levels = LEVELS): ConsoleLogger {
  const log = new ConsoleLogger({ json: process.env['NODE_ENV'] === 'production', logLevels: levels });
  process.on('uncaughtException', (error: unknown) => {
    log.fatal('Uncaught error', placeOf(error), 'Program');
    process.exit(1);
  });
  return log;
}

function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  return stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
}
