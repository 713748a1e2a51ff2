import { DEFAULT_CAPTURE_LIMITS } from '@a3cp/capture-domain';
import { MAX_SENT_IDENTIFIER_CHARACTERS } from '@a3cp/capture-protocol';
import { greyJpeg } from '@a3cp/testing';
import { randomUUID } from 'node:crypto';
import { mustBeWithin } from '../mismatch.js';
import type { ExtractorCheck } from './played-gateway.js';

/** What goes as it should. docs/integration/downstream.md, from "A stream" to "The end". */
export const STREAM_CHECKS: readonly ExtractorCheck[] = [
  {
    name: 'a-whole-capture',
    clause: 'The gateway sends three kinds of requests, and the extractor answers each:',
    async play(gateway) {
      await gateway.captured(3);
    },
  },
  {
    name: 'answers-in-time',
    clause: 'frame.ack | 3 s |',
    async play(gateway) {
      const stream = await gateway.accepted();
      const times_ms: number[] = [];
      for (const seq of [1, 2, 3]) {
        const asked_at = performance.now();
        await stream.acknowledged(seq);
        times_ms.push(Math.round(performance.now() - asked_at));
      }
      mustBeWithin(DEFAULT_CAPTURE_LIMITS.forward_timeout_ms, 'frame.ack', times_ms);
    },
  },
  {
    name: 'answers-in-order',
    clause: 'The extractor answers in the order of the requests.',
    async play(gateway) {
      const stream = await gateway.accepted();
      stream.frame(1);
      stream.end(1);
      await stream.receives({ event: 'frame.ack', seq: 1 });
      await stream.receives({ event: 'end.ack' });
    },
  },
  {
    name: 'unknown-fields',
    clause: 'The extractor passes over fields that it does not know.',
    async play(gateway) {
      const stream = await gateway.connected();
      await stream.accepted({ colour: 'blue' });
      await stream.finished(1);
    },
  },
  {
    name: 'optional-fields',
    clause: 'annotation_intent | string, optional | what the client says the gesture means; absent if it says nothing',
    async play(gateway) {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await gateway.captured(1, { annotation_intent: 'água, por favor', traceparent });
    },
  },
  {
    name: 'long-identifiers',
    clause: 'Identifiers have at most 256 characters, which are Unicode code points.',
    async play(gateway) {
      await gateway.captured(1, { capture_id: longest(' c/é '), user_id: longest('u'), session_id: longest('s') });
    },
  },
  {
    name: 'captures-at-once',
    clause: 'An acknowledgement of the open promises to take the capture to its end.',
    async play(gateway) {
      const streams = await Promise.all(Array.from({ length: 4 }, () => gateway.accepted()));
      await Promise.all(streams.map((stream) => stream.finished(3)));
    },
  },
  {
    name: 'a-large-frame',
    clause: 'The longest message is max_frame_bytes (300,000) and its header (10 KB at most).',
    async play(gateway) {
      const stream = await gateway.accepted({ width: 640, height: 480 });
      stream.frame(1, { payload: greyJpeg(640, 480, DEFAULT_CAPTURE_LIMITS.max_frame_bytes) });
      await stream.receives({ event: 'frame.ack', seq: 1 });
      await stream.ended(1);
    },
  },
  {
    name: 'a-capture-of-nothing',
    clause: 'last_seq | integer | seq of the last of them, 0 if there is none',
    async play(gateway) {
      await gateway.captured(0);
    },
  },
  {
    name: 'an-abort',
    clause: 'event | string | capture.close if the capture is whole, capture.abort if it is not',
    async play(gateway) {
      const stream = await gateway.accepted();
      await stream.acknowledged(1);
      await stream.ended(1, { event: 'capture.abort', error_code: 'client_disconnected' });
    },
  },
  {
    name: 'fewer-frames-counted',
    clause: 'frame_count can be lower than what the extractor owns',
    async play(gateway) {
      const stream = await gateway.accepted();
      await stream.acknowledged(1, 2);
      await stream.ended(1, { event: 'capture.abort', error_code: 'forward_failed' });
    },
  },
  {
    name: 'an-unknown-error-code',
    clause: 'An extractor keeps an error_code that it does not know as it is.',
    async play(gateway) {
      const stream = await gateway.accepted();
      await stream.ended(0, { event: 'capture.abort', error_code: 'a_code_of_tomorrow' as 'forward_failed' });
    },
  },
];

/** An identifier of the longest kind, unlike any other. */
function longest(start: string): string {
  const id = start + randomUUID();
  return id + '😀'.repeat(MAX_SENT_IDENTIFIER_CHARACTERS - id.length);
}
