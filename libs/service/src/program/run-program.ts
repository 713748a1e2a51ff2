import type { ConsoleLogger, LogLevel } from '@nestjs/common';
import { programLog } from './program-log.js';

/**
 * Starts a program. If it cannot start, its log says why under `name`, and the process exits with 1.
 *
 * @param levels what the log tells. @default everything there is to tell
 */
export async function runProgram(
  name: string,
  start: (log: ConsoleLogger) => Promise<void>,
  levels?: LogLevel[],
): Promise<void> {
  const log = programLog(levels);
  try {
    await start(log);
  } catch (error) {
    log.fatal(error instanceof Error ? error.message : error, name);
    process.exit(1);
  }
}
