import { at, closeMessage, metaMessage, openMessage } from '@a3cp/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import 'reflect-metadata';
import { decodeMessage } from './decode-message.js';

const MAX_TEXT_BYTES = 16_384;
const MESSAGES = [openMessage(), metaMessage(1, 1_000), closeMessage()];

const decode = (text: string) => decodeMessage(Buffer.from(text), MAX_TEXT_BYTES);
const decodeValue = (value: unknown) => decode(JSON.stringify(value));

/** The message with one field more, given as JSON. */
function withJson(message: object, field: string, json: string): string {
  return JSON.stringify({ ...message, [field]: '@' }).replace('"@"', json);
}

describe('a valid message', () => {
  const MORE = { more: { deep: [1, 2] }, record: 'r', load: { captures: 5 }, type: 'shutdown', payload: 'x' };

  it('capture.open becomes what the rules need, and nothing else', () => {
    const message = openMessage({
      capture_id: ' c1 ',
      timestamp_start: '2026-01-01T02:00:00.1239+02:00',
      modality: 'gesture',
      source: 'tablet',
      performer_id: 'p1',
      annotation: { intent: 'drink' },
    });
    const annotation = { intent: 'drink', confidence: 1 };
    expect(decodeValue({ ...message, ...MORE, annotation })).toEqual({
      type: 'capture.open',
      message: {
        schema_version: '1.0.1',
        record_id: message.record_id,
        capture_id: ' c1 ',
        user_id: 'u1',
        session_id: 's1',
        modality: 'gesture',
        timestamp_start: new Date('2026-01-01T00:00:00.123Z'),
        fps_target: 15,
        width: 640,
        height: 480,
        encoding: 'jpeg',
        annotation_intent: 'drink',
      },
    });
  });

  it('capture.open without what is optional has a modality of null and no annotation_intent', () => {
    const event = decodeValue(openMessage());
    expect(event).toMatchObject({ type: 'capture.open', message: { modality: null } });
    expect('message' in event && 'annotation_intent' in event.message).toBe(false);
  });

  it('capture.frame_meta becomes what the rules need, and nothing else', () => {
    const message = metaMessage(7, 300, { user_id: 'u1', timestamp_frame: at(400) });
    const { record_id } = message;
    expect(decodeValue({ ...message, ...MORE })).toEqual({
      type: 'capture.frame_meta',
      message: {
        record_id,
        capture_id: 'c1',
        user_id: 'u1',
        session_id: null,
        seq: 7,
        timestamp_frame: new Date(at(400)),
        byte_length: 300,
      },
    });
  });

  it('capture.close becomes what the rules need, and nothing else', () => {
    const message = closeMessage({ session_id: 's1', user_id: null });
    const { record_id } = message;
    const timestamp_end = new Date(at(15_000));
    expect(decodeValue({ ...message, ...MORE })).toEqual({
      type: 'capture.close',
      message: { record_id, capture_id: 'c1', user_id: null, session_id: 's1', timestamp_end },
    });
  });
});

describe('text that is not JSON', () => {
  it.each(['', ' ', 'hello', '{', '{"event":}', "{'event':1}", '{} {}', 'NaN', 'undefined', '\ufeff{}'])(
    '%p',
    (text) => {
      expect(decode(text)).toEqual({ type: 'malformed', cause: 'malformed_json', reason: 'text is not JSON' });
    },
  );
});

describe('JSON that is no message', () => {
  it.each(['null', 'true', '3', '"capture.open"', '[]', `[${JSON.stringify(openMessage())}]`])('%s', (text) => {
    const reason = 'message must be an object';
    expect(decode(text)).toEqual({ type: 'malformed', cause: 'schema_violation', reason });
  });

  it.each([undefined, null, '', 'open', 'capture.abort', 'Capture.open', 'constructor', 1, ['capture.open'], {}])(
    'event %p',
    (event) => {
      const reason = 'event must be capture.open, capture.frame_meta or capture.close';
      expect(decodeValue({ ...openMessage(), event })).toEqual({
        type: 'malformed',
        cause: 'schema_violation',
        reason,
      });
    },
  );
});

describe('the size of a text', () => {
  const padded = (bytes: number, padding: string): string => {
    const bare = Buffer.byteLength(JSON.stringify({ ...openMessage(), padding: '' }));
    return JSON.stringify({ ...openMessage(), padding: padding.repeat((bytes - bare) / Buffer.byteLength(padding)) });
  };

  it('passes at 16,384 bytes and not at one more', () => {
    const text = padded(MAX_TEXT_BYTES, 'x');
    expect(Buffer.byteLength(text)).toBe(MAX_TEXT_BYTES);
    expect(decode(text).type).toBe('capture.open');
    const reason = 'text of 16385 bytes, limit 16384';
    expect(decode(`${text} `)).toEqual({ type: 'malformed', cause: 'schema_violation', reason });
  });

  it('counts bytes, not characters', () => {
    const text = padded(MAX_TEXT_BYTES + 40, '🙂');
    expect(text.length).toBeLessThan(MAX_TEXT_BYTES);
    expect(decode(text)).toMatchObject({ type: 'malformed', cause: 'schema_violation' });
  });

  it('is looked at before the text is', () => {
    expect(decode('{'.repeat(MAX_TEXT_BYTES + 1))).toMatchObject({ cause: 'schema_violation' });
    expect(decode('{'.repeat(MAX_TEXT_BYTES))).toMatchObject({ cause: 'malformed_json' });
  });
});

describe('keys with a meaning to JavaScript', () => {
  const evil = '{"capture_id":"evil","modality":"audio","polluted":1,"toJSON":1}';

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('%s is harmless', (key) => {
    for (const message of MESSAGES) {
      const event = decode(JSON.stringify(message).replace('{', `{"${key}":${evil},`));
      expect(event).toEqual(decodeValue(message));
      expect(Object.getPrototypeOf('message' in event && event.message)).toBe(Object.prototype);
    }
    const annotated = decode(withJson(openMessage(), 'annotation', `{"intent":"drink","${key}":${evil}}`));
    expect(annotated).toMatchObject({ type: 'capture.open', message: { annotation_intent: 'drink' } });
    expect({}).not.toHaveProperty('polluted');
  });

  it('__proto__ cannot stand in for a field', () => {
    const { capture_id, ...rest } = openMessage();
    const text = JSON.stringify(rest).replace('{', `{"__proto__":{"capture_id":"${capture_id}"},`);
    expect(decode(text)).toMatchObject({ type: 'malformed', reason: expect.stringContaining('capture_id must') });
  });
});

describe('a structure of 5000 levels', () => {
  const lists = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
  const objects = `${'{"":'.repeat(3_000)}0${'}'.repeat(3_000)}`;

  it('at the top is no message', () => {
    expect(decode(lists)).toMatchObject({ cause: 'schema_violation' });
    expect(decode(objects)).toMatchObject({ cause: 'schema_violation' });
  });

  it.each(MESSAGES)('in a field $event does not name is ignored', (message) => {
    for (const json of [lists, objects]) expect(decode(withJson(message, 'more', json))).toEqual(decodeValue(message));
  });

  describe.each(MESSAGES)('in a field of $event', (message) => {
    it.each([...new Set([...Object.keys(message), 'modality', 'source', 'performer_id', 'annotation', 'user_id'])])(
      '%s breaks the schema',
      (field) => {
        for (const json of [lists, objects]) {
          expect(decode(withJson(message, field, json))).toMatchObject({ cause: 'schema_violation' });
        }
      },
    );
  });

  it('in annotation.intent breaks the schema', () => {
    const annotation = `{"intent":${lists}}`;
    expect(decode(withJson(openMessage(), 'annotation', annotation))).toMatchObject({ cause: 'schema_violation' });
  });
});

describe('whatever a client sends', () => {
  const FIELDS = [...new Set(MESSAGES.flatMap((message) => Object.keys(message))), 'modality', 'source', 'annotation'];
  const SHAPES: readonly ((marker: string) => unknown)[] = [
    (marker) => marker,
    (marker) => marker.repeat(40),
    (marker) => `${marker}\n`,
    (marker) => [marker],
    (marker) => ({ [marker]: marker }),
    (marker) => ({ intent: [marker] }),
    (marker) => ({ intent: `${marker}\ud800` }),
    (marker) => ({ intent: marker, [marker]: marker }),
  ];

  it('no reason repeats it', () => {
    const markers = fc.string({ maxLength: 12 }).map((text) => `ZQ${text}`);
    const refused = { malformed_json: 0, schema_violation: 0, protocol_violation: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(...MESSAGES),
        markers,
        fc.constantFrom(...FIELDS, null),
        fc.constantFrom(...SHAPES),
        fc.option(fc.nat(400), { freq: 4 }),
        (message, marker, field, shape, cut) => {
          const whole = JSON.stringify({ ...message, [marker]: marker, [field ?? marker]: shape(marker) });
          const event = decode(cut === null ? whole : `${marker}${whole.slice(0, cut)}${marker}`);
          if (event.type !== 'malformed') return;
          refused[event.cause] += 1;
          expect(event.reason.toUpperCase()).not.toContain('ZQ');
          expect(event.reason).toMatch(/^[\x20-\x7e]{1,100}$/);
        },
      ),
      { numRuns: 5_000 },
    );
    expect(refused.malformed_json).toBeGreaterThan(100);
    expect(refused.schema_violation).toBeGreaterThan(100);
  });

  it('it is an event, and nothing throws', () => {
    const types = ['capture.open', 'capture.frame_meta', 'capture.close', 'malformed'];
    const values = fc.record(Object.fromEntries(FIELDS.map((field) => [field, fc.jsonValue()])), { requiredKeys: [] });
    fc.assert(
      fc.property(fc.constantFrom(...MESSAGES), values, fc.nat(12), (message, other, most) => {
        const changed = Object.fromEntries(Object.entries(other).slice(0, most));
        expect(types).toContain(decodeValue({ ...message, ...changed }).type);
      }),
    );
  });
});
