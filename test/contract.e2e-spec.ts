import { Cast, clientMessage } from '@a3cp/conformance';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { IsEmail, IsOptional, IsString, IsUUID, Matches, ValidateIf } from 'class-validator';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contractDocuments } from '../tools/contract/src/documents.js';
import { dtoSchema } from '../tools/contract/src/dto-schema.js';
import { encodeEnd, encodeFrameHeader, encodeOpen } from '../libs/landmark-forwarders/src/direct/direct-framing.js';
import { CLIENT_EVENTS as CLIENT, isTaken, transcriptMessages, WITHOUT_WORDS } from './support/client-messages.js';
import { jpegOf } from './support/jpeg.js';
import { readProtocol } from './support/protocol-clauses.js';

const DIRECTORY = fileURLToPath(new URL('../libs/service/contract', import.meta.url));
const SERVER = ['capture.abort', 'capture.opened', 'capture.ack', 'capture.closed'];

const ajv = formats.default(new Ajv());

function read(path: string): string {
  return readFileSync(`${DIRECTORY}/${path}`, 'utf8');
}

function validator(message: string): ValidateFunction {
  return ajv.compile(JSON.parse(read(`schemas/${message}.json`)) as object);
}

const OF_A_CLIENT = Object.fromEntries(CLIENT.map((event) => [event, validator(event)]));

/** Whether the schema of some message of a client accepts it. */
function followsSchema(message: unknown): boolean {
  return Object.values(OF_A_CLIENT).some((valid) => valid(message));
}

/** The message that PROTOCOL.md shows for an event. */
function exampleOf(event: string): Record<string, unknown> {
  const [, section = ''] = readProtocol().split(`\n### ${event}\n`);
  const [, example = ''] = /```json\n(.+?)```/s.exec(section) ?? [];
  return JSON.parse(example) as Record<string, unknown>;
}

describe('libs/service/contract', () => {
  let documents: ReadonlyMap<string, string>;

  beforeAll(async () => {
    documents = await contractDocuments();
  });

  it('is what the code says: `npm run contract` changes nothing', () => {
    for (const [path, text] of documents) expect([path, read(path)]).toEqual([path, text]);
  });

  it('holds nothing else but the style of its page', () => {
    const files = readdirSync(DIRECTORY, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(DIRECTORY.length + 1));
    expect(files.sort()).toEqual([...documents.keys(), 'style.css'].sort());
  });

  it('is an AsyncAPI 3 document the official parser finds no fault with', async () => {
    const { document, diagnostics } = await new Parser().parse(read('asyncapi.json'));
    expect(diagnostics).toEqual([]);
    expect(document?.version()).toMatch(/^3\./);
    expect(document?.allMessages().length).toBe(CLIENT.length + SERVER.length + 5);
  });

  it('is an OpenAPI 3 document', async () => {
    expect(await new Validator().validate(read('openapi.json'))).toMatchObject({ valid: true });
  });

  it('has patterns only that every regular-expression engine has', () => {
    const patterns = [...documents.values()].flatMap((text) =>
      [...text.matchAll(/"pattern": (".*")/g)].map(([, pattern = '']) => JSON.parse(pattern) as string),
    );
    expect(patterns.length).toBeGreaterThan(50);
    expect(patterns.filter((pattern) => /\\[pPdDsSwWbB]|\(\?[=!<]/.test(pattern))).toEqual([]);
  });

  it('loads nothing but what stands beside it', () => {
    const page = read('index.html');
    const links = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) expect([...documents.keys(), 'style.css']).toContain(link);
    expect(page).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
    expect(read('style.css')).not.toMatch(/url\(|@import/);
  });
});

describe('the schema of a client message', () => {
  const judged = transcriptMessages().map(({ name, text, taken }) => ({
    name,
    taken,
    follows: followsSchema(JSON.parse(text)),
  }));

  it('accepts every message of a transcript that the gateway takes', () => {
    const taken = judged.filter(({ taken }) => taken);
    expect(taken.length).toBeGreaterThan(100);
    expect(taken.filter(({ follows }) => !follows)).toEqual([]);
  });

  it('refuses every message of a transcript that the gateway refuses, but where it has no words', () => {
    const refused = judged.filter(({ taken }) => !taken);
    expect(refused.length).toBeGreaterThan(30);
    expect(refused.filter(({ follows }) => follows).map(({ name }) => name)).toEqual(WITHOUT_WORDS);
  });

  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 140 }),
    // about the longest a text may be, and with what trimming takes away
    fc
      .tuple(fc.constantFrom('', ' ', '\u2028'), fc.integer({ min: 126, max: 130 }), fc.constantFrom('x', '\u{1f44b}'))
      .map(([edge, length, character]) => edge + character.repeat(length) + edge),
    fc.integer({ min: 255, max: 258 }).map((length) => 'i'.repeat(length)),
    fc.constantFrom(
      '1.0.1',
      '1.0',
      '2.0.0',
      'jpeg',
      'image',
      'ABCDEF00-0000-4000-8000-000000000001',
      '\ud800',
      'a\u0085b',
    ),
  );
  const timestamp = fc.oneof(
    fc.constantFrom(
      '2026-01-01T00:00Z',
      '1969-12-31T23:59:59Z',
      '2026-02-30T00:00:00Z',
      '2026-W01-1',
      '3000-01-01T00:00:00+01:00',
    ),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.stringMatching(/^20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(:[0-5]\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?$/),
  );
  const value = fc.oneof(
    text,
    timestamp,
    fc.constantFrom(null, 0, 1, 15.0, 1.5, -1, 2 ** 53 - 1, 2 ** 53, true, [], {}, { intent: 'hello' }, { intent: 1 }, [
      { intent: 'a' },
    ]),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const fields = [
    ...['event', 'schema_version', 'record_id', 'capture_id', 'user_id', 'session_id', 'timestamp', 'modality'],
    ...['source', 'performer_id', 'annotation', 'annotation', 'timestamp_start', 'fps_target', 'width', 'height'],
    ...['encoding', 'seq', 'timestamp_frame', 'byte_length', 'timestamp_end', 'unknown'],
  ];

  it.each(CLIENT)('%s: accepts the example of PROTOCOL.md, and so does the gateway', (event) => {
    const message = exampleOf(event);
    expect(message).toMatchObject({ event });
    expect([followsSchema(message), isTaken(JSON.stringify(message))]).toEqual([true, true]);
  });

  it.each(CLIENT)('%s: says of any value in any field what the gateway says, but of what is no moment', (event) => {
    const line = { client: event as 'capture.open' };
    const cast = new Cast('u1', 's1');
    fc.assert(
      fc.property(fc.constantFrom(...fields), value, (field, odd) => {
        const sent = JSON.stringify({ ...clientMessage(line, cast), [field]: odd });
        const [taken, follows] = [isTaken(sent), followsSchema(JSON.parse(sent))];
        if (field.startsWith('timestamp') && !taken) return;
        expect({ field, odd, follows }).toEqual({ field, odd, follows: taken });
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the schema of every other message', () => {
  it.each(SERVER)('%s: accepts the example of PROTOCOL.md, and no part of it', (event) => {
    const message = exampleOf(event);
    const valid = validator(event);
    expect([valid(message), valid.errors]).toEqual([true, null]);
    for (const field of Object.keys(message)) expect(valid({ ...message, [field]: undefined })).toBe(false);
  });

  it('direct.*: accepts what the gateway sends to an extractor', () => {
    const ids = { capture_id: 'c1', user_id: 'u1', session_id: 's1' };
    const picture = { encoding: 'jpeg', width: 640, height: 480 };
    const record_id = '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11';
    const at = new Date('2026-01-01T00:00:00.000Z');
    const open = encodeOpen({
      ...ids,
      ...picture,
      record_id,
      schema_version: '1.0.1',
      timestamp_start: at,
      fps_target: 15,
    });
    const frame = encodeFrameHeader({
      ...ids,
      ...picture,
      seq: 1,
      timestamp_frame: at,
      payload: jpegOf(),
      byte_length: 1_000,
    });
    const counts = { frame_count: 1, last_seq: 1 };
    const end = encodeEnd({
      event: 'capture.abort',
      capture_id: 'c1',
      record_id,
      timestamp_end: at,
      error_code: 'client_disconnected',
      ...counts,
    });
    for (const [name, text] of [
      ['direct.open', open],
      ['direct.frame_header', frame.subarray(2).toString()],
      ['direct.end', end],
    ] as const) {
      const valid = validator(name);
      expect([name, valid(JSON.parse(text)), valid.errors]).toEqual([name, true, null]);
    }
  });

  it.each([
    [{ event: 'open.ack' }, true],
    [{ event: 'frame.ack', seq: 1 }, true],
    [{ event: 'end.ack' }, true],
    [{ event: 'nak', code: 'busy' }, true],
    [{ event: 'frame.ack' }, false],
    [{ event: 'nak', code: 'tired' }, false],
  ])('direct.answer: of %j says %s', (answer, valid) => {
    expect(validator('direct.answer')(answer)).toBe(valid);
  });
});

describe('dtoSchema', () => {
  class Email {
    @IsEmail()
    field!: string;
  }
  class Uuid {
    @IsUUID(4)
    field!: string;
  }
  class Conditional {
    @ValidateIf(() => true)
    @IsString()
    field!: string;
  }
  class Each {
    @IsOptional()
    @IsString({ each: true })
    field!: string[];
  }

  class Lookahead {
    @Matches(/^(?=.*a)b$/)
    field!: string;
  }

  it.each([
    [Email, 'no words for isEmail'],
    [Uuid, 'no words for a UUID of version 4'],
    [Conditional, 'no words for the condition'],
    [Each, 'no words for a condition of field'],
    [Lookahead, 'no portable words for the pattern'],
  ])('%p: throws on a decorator it has no words for', (dto, fault) => {
    expect(() => dtoSchema(dto)).toThrow(fault);
  });
});
