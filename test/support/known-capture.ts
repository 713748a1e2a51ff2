import type { StreamEnd } from '@a3cp/capture-domain';
import type { CaptureAbortMessage, CaptureErrorCode } from '@a3cp/capture-protocol';
import { at, type CaptureSocketClient, closeMessage, metaMessage, openMessage } from '@a3cp/testing';
import { expect } from '@jest/globals';
import type { Gateway } from './gateway.js';
import { jpegOf } from './jpeg.js';
import { aborted, verdictOf } from './verdict.js';

/** What a client sends and must never read back in a reason. */
export const PLANTED = 'planted-by-the-client';

/** On every message that breaks a rule, beside the rule it breaks: none of it may show in what the server says. */
export const planted = {
  schema_version: '1.0.99',
  modality: 'audio',
  source: PLANTED,
  performer_id: PLANTED,
} as const;

/** The open of a capture unlike any other message; its record_id has letters whose case can be changed. */
export const OPEN = openMessage({
  schema_version: '1.7.0',
  record_id: 'abcdef00-0000-4000-8000-000000000001',
  modality: 'gesture',
  source: 'tablet',
  performer_id: 'p1',
});

/** The meta of its first frame. */
export const META_1 = metaMessage(1, 1_000, { record_id: 'abcdef00-0000-4000-8000-000000000002' });

/** The record_id of the message that breaks a rule, written as no normal form would. */
export const OFFENDING = 'ABCdef00-0000-4000-8000-000000000003';

/** A client whose open is {@link OPEN}, and of whom the extractor has acknowledged so many frames. */
export async function capturing(gateway: Gateway, frames = 2): Promise<CaptureSocketClient> {
  const client = await gateway.connect();
  const opened = gateway.next('capture.open');
  client.text(OPEN);
  await opened;
  for (let seq = 1; seq <= frames; seq++) {
    const accepted = gateway.next('frame_bytes');
    client.text(seq === 1 ? META_1 : metaMessage(seq, 1_000));
    client.bytes(jpegOf());
    await accepted;
  }
  return client;
}

/** The whole `capture.abort` to the capture of {@link OPEN}. */
export function abortMessage(
  gateway: Gateway,
  error_code: CaptureErrorCode,
  record_id = OPEN.record_id,
): CaptureAbortMessage {
  return {
    event: 'capture.abort',
    schema_version: '1.7.0',
    record_id,
    user_id: 'u1',
    session_id: 's1',
    capture_id: 'c1',
    timestamp: gateway.clock.date().toISOString(),
    modality: 'gesture',
    source: 'camera_feed_worker',
    performer_id: null,
    error_code,
  };
}

/** The whole end of that capture, aborted after so many frames 1/15 s apart. */
export function abortEnd(error_code: StreamEnd['error_code'], record_id = OPEN.record_id, frames = 2): StreamEnd {
  const timestamp_end = new Date(at(frames === 0 ? 0 : Math.round(((frames - 1) * 1000) / 15)));
  const counts = { frame_count: frames, last_seq: frames };
  return { event: 'capture.abort', capture_id: 'c1', record_id, timestamp_end, error_code, ...counts };
}

/** A reason fits its frame and is the server's own words: nothing the client wrote is in it. */
export async function expectOwnWords(client: CaptureSocketClient): Promise<void> {
  const { reason } = await client.closed;
  expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  expect(reason).toMatch(/^[a-z_]+: [\x20-\x7e]+$/);
  expect(reason).not.toContain(PLANTED);
  expect(reason.toLowerCase()).not.toContain(OFFENDING.toLowerCase());
}

/** The server has forgotten every connection, and its clock stands still. */
export function expectNothingLeft(gateway: Gateway): void {
  expect(gateway.repository.size).toBe(0);
  expect(gateway.clock.running).toBe(0);
}

/** What the extractor received after frames 1 and 2: this end, and nothing more. */
export function expectEnd(gateway: Gateway, end: StreamEnd): void {
  const { stream } = gateway.extractor;
  expect(stream.frames.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(stream.calls).toEqual(['frame', 'frame', 'end']);
  expect(stream.ends).toEqual([end]);
}

/** The client was told the code in a whole `capture.abort` and in the reason, and all is over. */
export async function expectAbort(
  gateway: Gateway,
  client: CaptureSocketClient,
  error_code: CaptureErrorCode,
  record_id = OPEN.record_id,
): Promise<void> {
  expect(await verdictOf(client)).toEqual(aborted(error_code));
  await expectOwnWords(client);
  expect(client.messages).toEqual([abortMessage(gateway, error_code, record_id)]);
  expectNothingLeft(gateway);
}

/** What is JSON and no valid message, whenever it comes. */
export const MALFORMED: [string, string][] = [
  ['null', 'null'],
  ['an array', '[]'],
  ['a number', '1'],
  ['a string', '"x"'],
  ['a boolean', 'true'],
  ['no event', JSON.stringify({ ...OPEN, event: undefined })],
  ['an unknown event', JSON.stringify({ ...OPEN, event: PLANTED })],
  ['an event of the server', JSON.stringify({ ...OPEN, event: 'capture.abort' })],
  ['an open with a wrong type', JSON.stringify({ ...OPEN, fps_target: PLANTED })],
  ['an open without its user', JSON.stringify({ ...OPEN, user_id: undefined })],
  ['an open of another version', JSON.stringify({ ...OPEN, schema_version: '2.0.0' })],
  ['an open of another encoding', JSON.stringify({ ...OPEN, encoding: PLANTED })],
  ['a record_id that is no UUID', JSON.stringify({ ...OPEN, record_id: PLANTED })],
  ['an identifier over 128 characters', JSON.stringify({ ...OPEN, capture_id: PLANTED.repeat(10) })],
  ['a control character', JSON.stringify({ ...OPEN, user_id: `${PLANTED}\n` })],
  ['a timestamp that is none', JSON.stringify({ ...OPEN, timestamp: PLANTED })],
  ['a timestamp of year 9999', JSON.stringify({ ...OPEN, timestamp_start: '9999-12-31T23:59:59Z' })],
  ['a meta with seq 0', JSON.stringify(metaMessage(0, 1_000))],
  ['a meta with byte_length 0', JSON.stringify(metaMessage(1, 0))],
  ['a meta with a fraction', JSON.stringify(metaMessage(1.5, 1_000))],
  ['a meta with an annotation', JSON.stringify({ ...metaMessage(1, 1_000), annotation: { intent: PLANTED } })],
  ['a close without its end', JSON.stringify(closeMessage({ timestamp_end: undefined as unknown as string }))],
  ['text over 16,384 bytes', JSON.stringify({ ...OPEN, extra: PLANTED.repeat(1_000) })],
  ['text over 16,384 bytes that is not JSON', PLANTED.repeat(1_000)],
];

/** What is not JSON. */
export const NOT_JSON: [string, string][] = [
  ['a word', PLANTED],
  ['nothing', ''],
  ['half an object', JSON.stringify(OPEN).slice(0, -1)],
  ['two objects', JSON.stringify(OPEN).repeat(2)],
];
