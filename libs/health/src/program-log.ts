import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** What is told of a program: when it starts and stops, and what was wrong with it. Never anything of a capture. */
const LEVELS: LogLevel[] = ['log', 'warn', 'error', 'fatal'];

/**
 * The log of a program, text for people or one JSON object a line for machines. An error that nobody caught is logged by
 * the place where it happened, without its message, which could hold what a client sent; then the program exits with 1.
 *
 * @param levels what is told. @default everything there is to tell
 */
export function programLog(json: boolean, levels = LEVELS): ConsoleLogger {
  const log = new ConsoleLogger({ json, logLevels: levels });
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
