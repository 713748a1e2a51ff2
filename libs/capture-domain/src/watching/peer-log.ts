import { Logger } from '@nestjs/common';
import { type Clock, SystemClock } from '../ports/clock.js';

/** Time between two log lines of one kind, in milliseconds. */
const LOG_INTERVAL_MS = 60_000;

/** Lines of one kind. */
interface Kind {
  readonly logged_at: number;
  left_out: number;
}

/**
 * The log for lines that a peer can cause: a client, an extractor, a session_manager, a balancer. It writes each kind of line at
 * most once a minute, and says in the next line of that kind how many it left out. A kind is never a peer's own text.
 */
export class PeerLog {
  readonly #logger: Logger;
  readonly #kinds = new Map<string, Kind>();

  /** @param context the name that stands before each line */
  constructor(
    context: string,
    private readonly clock: Pick<Clock, 'now'> = new SystemClock(),
  ) {
    this.#logger = new Logger(context);
  }

  /** Writes that a fault is over. Call it once for each fault that was written. */
  over(line: string): void {
    this.#logger.log(line);
  }

  /**
   * Returns whether the line was written.
   *
   * @param kind by default the line itself, which is then the same each time
   */
  warn(line: string, kind = line): boolean {
    const whole = this.#whole(line, kind);
    if (whole !== null) this.#logger.warn(whole);
    return whole !== null;
  }

  /**
   * Returns whether the line was written.
   *
   * @param place where in the code it happened, see {@link placeOf}
   * @param kind by default the line itself, which is then the same each time
   */
  error(line: string, place?: string, kind = line): boolean {
    const whole = this.#whole(line, kind);
    if (whole !== null) this.#logger.error(whole, place);
    return whole !== null;
  }

  /** The line with the number of omitted lines before it; null if it must be omitted itself. */
  #whole(line: string, kind: string): string | null {
    const now = this.clock.now();
    const last = this.#kinds.get(kind);
    if (last && now - last.logged_at < LOG_INTERVAL_MS) {
      last.left_out += 1;
      return null;
    }
    this.#kinds.set(kind, { logged_at: now, left_out: 0 });
    return last?.left_out ? `${line} (${last.left_out} more since the last such line)` : line;
  }
}
