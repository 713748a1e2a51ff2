import { Logger } from '@nestjs/common';

/** One stop may arrive twice: npm passes on what the terminal has sent its whole group already. */
const SAME_SIGNAL_MS = 200;

/**
 * Stops the program on SIGTERM or SIGINT: the application finishes what it is doing and the program exits with 0; with 1 if
 * it can't. A second signal exits at once, with 1. PROTOCOL.md, "Shutdown".
 */
export function stopOnSignals(app: { close(): Promise<void> }): void {
  const logger = new Logger('Program');
  let told_at: number | null = null;
  const stop = (): void => {
    if (told_at === null) {
      told_at = performance.now();
      logger.log('Stopping: waiting for running captures');
      app.close().then(
        () => {
          logger.log('Stopped');
          process.exit(0);
        },
        () => {
          logger.error('Stopping failed');
          process.exit(1);
        },
      );
    } else if (performance.now() - told_at > SAME_SIGNAL_MS) process.exit(1);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}
