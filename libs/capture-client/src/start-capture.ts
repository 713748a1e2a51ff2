import { CaptureRun } from './capture-run.js';
import type { Capture, CaptureOptions } from './capture.js';
import { ProgressFeed } from './progress-feed.js';

/**
 * Makes one capture, over a new WebSocket. Sends the source's frames as they come, leaves out those the network has no room for,
 * ends within the server's limits and waits for its verdict. The source is closed on every path. PROTOCOL.md, "A capture from
 * start to end".
 */
export function startCapture(options: CaptureOptions): Capture {
  const { capture_id = crypto.randomUUID() } = options.identity;
  const feed = new ProgressFeed();
  const run = new CaptureRun(options, capture_id, feed);
  const result = run.run();
  return {
    capture_id,
    result,
    stop: () => run.stop(),
    async *[Symbol.asyncIterator]() {
      // thrown below
      result.catch(() => undefined);
      yield* feed;
      await result;
    },
  };
}
