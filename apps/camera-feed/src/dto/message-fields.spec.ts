import { closeMessage, metaMessage, openMessage } from '@a3cp/testing';
import { describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import { decodeMessage } from './decode-message.js';

const OPEN = openMessage();
const META = metaMessage(1, 1_000);
const CLOSE = closeMessage();
const MESSAGES = [OPEN, META, CLOSE];

const ABSENT = Symbol('absent');

/** Why the message is refused with this value in this field; null if it is not. */
function fault(message: object, field: string, value: unknown): string | null {
  const changed: Record<string, unknown> = { ...message, [field]: value };
  if (value === ABSENT) delete changed[field];
  return faultOf(JSON.stringify(changed));
}

/** The same for a value that JSON.stringify would write otherwise. */
function faultOfJson(message: object, field: string, json: string): string | null {
  return faultOf(JSON.stringify({ ...message, [field]: '@' }).replace('"@"', json));
}

function faultOf(text: string): string | null {
  const event = decodeMessage(Buffer.from(text), 16_384);
  if (event.type !== 'malformed') return null;
  expect(event.cause).toBe('schema_violation');
  return event.reason;
}

const characters = (count: number, character = 'x'): string => character.repeat(count);

/** Text no field takes that holds text. */
const NO_TEXT = [
  ...['a\u0000', 'a\nb', '\tab', 'a\u007f', 'a\u0085b', 'a\ud800', '\udc00a', '\udc00\ud800'],
  ...[5, true, ['a'], { a: 'b' }, []],
];

describe('an identifier', () => {
  const required = [
    { message: OPEN, field: 'capture_id' },
    { message: OPEN, field: 'user_id' },
    { message: OPEN, field: 'session_id' },
    { message: META, field: 'capture_id' },
    { message: CLOSE, field: 'capture_id' },
  ];
  const optional = [
    { message: META, field: 'user_id' },
    { message: META, field: 'session_id' },
    { message: CLOSE, field: 'user_id' },
    { message: CLOSE, field: 'session_id' },
  ];

  describe.each([...required, ...optional])('of $message.event, $field', ({ message, field }) => {
    it.each([
      'c',
      'not a UUID',
      characters(128),
      characters(128, '🙂'),
      ` ${characters(128)} `,
      `${characters(128)}${characters(128, ' ')}`,
      `${characters(100, ' ')}${characters(128, '🙂')}${characters(28, '\u3000')}`,
      'Zoë 李 👩‍🚀',
      '__proto__',
    ])('%p passes', (value) => {
      expect(fault(message, field, value)).toBeNull();
    });

    it.each(['', '   ', '\u00a0', characters(129), characters(129, '🙂'), `c${characters(256, ' ')}`, ...NO_TEXT])(
      '%p does not',
      (value) => {
        expect(fault(message, field, value)).toBe(
          `${field} must be a string of 1 to 128 characters, 256 with blanks, without control characters`,
        );
      },
    );
  });

  it.each(required)('of $message.event, $field must be there', ({ message, field }) => {
    expect(fault(message, field, null)).toMatch(`${field} must`);
    expect(fault(message, field, ABSENT)).toMatch(`${field} must`);
  });

  it.each(optional)('of $message.event, $field may be absent or null', ({ message, field }) => {
    expect(fault(message, field, null)).toBeNull();
    expect(fault(message, field, ABSENT)).toBeNull();
  });
});

describe.each(MESSAGES)('$event', (message) => {
  it.each(['source', 'performer_id'])('%s is text of at most 128 characters, or not there', (field) => {
    const reason = `${field} must be a string of at most 128 characters`;
    for (const value of ['', 'x', 'a\nb', characters(128), characters(128, '🙂'), null, ABSENT]) {
      expect(fault(message, field, value)).toBeNull();
    }
    for (const value of [characters(129), characters(129, '🙂'), 1, true, ['x'], {}]) {
      expect(fault(message, field, value)).toBe(reason);
    }
  });

  it.each(['gesture', 'audio', 'speech', 'image', 'multimodal', null, ABSENT])('modality %p passes', (value) => {
    expect(fault(message, 'modality', value)).toBeNull();
  });

  it.each(['video', '', 'Image', 1, true, ['image'], {}])('modality %p does not', (value) => {
    const reason = 'modality must be one of gesture, audio, speech, image, multimodal';
    expect(fault(message, 'modality', value)).toBe(reason);
  });

  it.each(['1.0.0', '1.0.1', '1.12.345'])('schema_version %p passes', (value) => {
    expect(fault(message, 'schema_version', value)).toBeNull();
  });

  it.each([
    ...[
      '0.9.0',
      '01.0.0',
      '2.0.0',
      '10.0.0',
      '1',
      '1.0',
      '1.0.0.0',
      '1.0.x',
      '1.0.0-rc',
      'v1.0.0',
      '1..0',
      '1.0.',
      '1.-1.0',
    ],
    ...['', ' 1.0.0', '1.0.0\n', '1.٠.0', 1, true, null, ABSENT, ['1.0.0'], {}],
  ])('schema_version %p does not', (value) => {
    expect(fault(message, 'schema_version', value)).toBe('schema_version must be MAJOR.MINOR.PATCH with MAJOR 1');
  });

  it.each([
    '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11',
    '6F1F7C0E-5D0B-4B53-9A55-6F3F9F6F0C11',
    '6f1f7c0e-5D0B-1b53-0a55-6f3f9f6f0c11',
  ])('record_id %p passes', (value) => {
    expect(fault(message, 'record_id', value)).toBeNull();
  });

  it.each([
    ...['', 'r1', '6f1f7c0e5d0b4b539a556f3f9f6f0c11', '{6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11}'],
    ...['urn:uuid:6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11', '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c1'],
    ...['6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c111', 'gf1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11'],
    ...['6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11\n', 1, null, ABSENT, ['6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11'], {}],
  ])('record_id %p does not', (value) => {
    expect(fault(message, 'record_id', value)).toBe('record_id must be a UUID');
  });
});

describe.each([
  { message: OPEN, field: 'timestamp' },
  { message: OPEN, field: 'timestamp_start' },
  { message: META, field: 'timestamp' },
  { message: META, field: 'timestamp_frame' },
  { message: CLOSE, field: 'timestamp' },
  { message: CLOSE, field: 'timestamp_end' },
])('a timestamp of $message.event, $field', ({ message, field }) => {
  it.each(['2026-01-01T00:00Z', '2026-01-01T00:00:00.123456', '2026-01-01T00:00:00+05:30'])('%p passes', (value) => {
    expect(fault(message, field, value)).toBeNull();
  });

  it.each([
    ...['', 'now', '2026-01-01', '2026-02-30T00:00Z', '1969-12-31T23:59:59Z', '3000-01-01T00:00Z', '0001-01-01T00:00Z'],
    ...[1_767_225_600_000, true, null, ABSENT, ['2026-01-01T00:00Z'], {}],
  ])('%p does not', (value) => {
    const reason = `${field} must be an ISO 8601 date and time of the years 1970 to 2999`;
    expect(fault(message, field, value)).toBe(reason);
  });
});

describe.each([
  { message: OPEN, field: 'fps_target' },
  { message: OPEN, field: 'width' },
  { message: OPEN, field: 'height' },
  { message: META, field: 'seq' },
  { message: META, field: 'byte_length' },
])('an integer of $message.event, $field', ({ message, field }) => {
  it.each(['1', '15', '15.0', '1.5e1', '9007199254740991'])('%s passes', (json) => {
    expect(faultOfJson(message, field, json)).toBeNull();
  });

  it.each([
    ...['0', '-1', '-0', '1.5', '0.5', '9007199254740992', '9007199254740993', '1e400', '"15"', '"15.0"', '""'],
    ...['true', 'false', 'null', '[15]', '[]', '{}'],
  ])('%s does not', (json) => {
    expect(faultOfJson(message, field, json)).toBe(`${field} must be an integer of at least 1`);
  });

  it('must be there', () => {
    expect(fault(message, field, ABSENT)).toBe(`${field} must be an integer of at least 1`);
  });
});

describe('encoding', () => {
  it.each(['png', 'JPEG', 'jpg', '', 1, true, null, ABSENT, ['jpeg'], {}])('%p does not pass', (value) => {
    expect(fault(OPEN, 'encoding', value)).toBe('encoding must be jpeg');
  });
});

describe('annotation', () => {
  const INTENT = 'annotation.intent must be a string of at most 256 characters';

  it.each([
    null,
    ABSENT,
    { intent: '' },
    { intent: 'drink,\nplease' },
    { intent: characters(256) },
    { intent: characters(256, '🙂'), more: [1] },
  ])('%p passes on the open', (value) => {
    expect(fault(OPEN, 'annotation', value)).toBeNull();
  });

  it.each(['drink', 1, true, false, [], ['drink'], [{ intent: 'drink' }]])('%p is no object', (value) => {
    expect(fault(OPEN, 'annotation', value)).toBe('annotation must be an object');
  });

  it.each([
    {},
    ...[null, 1, true, ['drink'], { a: 1 }, characters(257), characters(257, '🙂')].map((intent) => ({
      intent,
    })),
  ])('%p has no intent that passes', (value) => {
    expect(fault(OPEN, 'annotation', value)).toBe(INTENT);
  });

  it.each([META, CLOSE])('on $event is a fault, unless it is null', (message) => {
    expect(fault(message, 'annotation', null)).toBeNull();
    for (const value of [{ intent: 'drink' }, {}, [], '', 0, false]) {
      expect(fault(message, 'annotation', value)).toBe('annotation belongs to capture.open only');
    }
  });
});
