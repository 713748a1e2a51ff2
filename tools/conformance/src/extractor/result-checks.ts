import { randomUUID } from 'node:crypto';
import { difference, Mismatch, PATIENCE_MS } from '../mismatch.js';
import { eventInWords } from '../words.js';
import type { ExtractorCheck, PlayedGateway } from './played-gateway.js';

/** What can be read of a capture, where an extractor gives its results over HTTP. docs/integration/downstream.md. */
export const RESULT_CHECKS: readonly ExtractorCheck[] = [
  {
    name: 'a-result',
    clause: 'Where results are read over HTTP, the capture_id in the path is percent-encoded UTF-8',
    async play(gateway) {
      const { capture } = await gateway.captured(2, { capture_id: `c 1/é ${randomUUID()}` });
      await told(gateway, capture.capture_id, { capture_id: capture.capture_id, frame_count: 2 });
    },
  },
  {
    name: 'the-result-of-a-repeated-end',
    clause: 'a repeated end | end.ack. It changes nothing: the first end counts.',
    async play(gateway) {
      const stream = await gateway.accepted();
      await stream.ended(0);
      await stream.ended(0, { event: 'capture.abort', error_code: 'forward_failed' });
      await told(gateway, stream.capture.capture_id, { terminal: { event: 'capture.close', error_code: null } });
    },
  },
  {
    name: 'the-result-of-a-cut-stream',
    clause:
      'An extractor whose stream breaks without an end ends the capture itself as capture.abort with gateway_lost.',
    async play(gateway) {
      const stream = await gateway.accepted();
      await stream.acknowledged(1);
      stream.cut();
      const terminal = { event: 'capture.abort', error_code: 'gateway_lost' };
      await told(gateway, stream.capture.capture_id, { frame_count: 1, terminal });
    },
  },
];

/** Throws a {@link Mismatch} unless the summary of an ended capture has these values in time. */
async function told(gateway: PlayedGateway, capture_id: string, expected: object): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const summary = await gateway.summary(capture_id);
    const wrong = difference(expected, summary);
    if (!wrong) return;
    if (summary['terminal'] !== null || performance.now() > until) {
      const { field, expected: due, received } = wrong;
      throw new Mismatch(eventInWords('a result', { [field]: due }), eventInWords('one', { [field]: received }));
    }
  }
}
