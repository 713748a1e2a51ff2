import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Cast, clientMessage } from '@a3cp/conformance';
import { CLIENT_EVENTS, isTaken, transcriptMessages, WITHOUT_WORDS } from './support/client-messages.js';

const CONTRACT = new URL('../libs/service/contract/', import.meta.url);

const PROGRAM = fileURLToPath(new URL('support/validate-in-python.py', import.meta.url));

// the Python of Debian's packages, wherever the PATH leads
const PYTHON = '/usr/bin/python3';

type Schemas = Readonly<Record<string, object>>;

function read(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, CONTRACT), 'utf8'));
}

/** Whether each text follows one of the schemas, in Python's eyes; throws if one of the schemas is none. */
function followInPython(
  schemas: readonly unknown[],
  draft_2020: readonly unknown[],
  texts: readonly string[],
): boolean[] {
  const input = JSON.stringify({ schemas, draft_2020, texts });
  const { status, stdout, stderr } = spawnSync(PYTHON, [PROGRAM], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as boolean[];
}

const OF_A_CLIENT = CLIENT_EVENTS.map((event) => read(`schemas/${event}.json`));

it('every schema, the OpenAPI and the AsyncAPI document load in Python', () => {
  const schemas = readdirSync(new URL('schemas', CONTRACT)).map((name) => read(`schemas/${name}`));
  const asyncapi = read('asyncapi.json') as { components: { schemas: Schemas } };
  const openapi = read('openapi.json') as { components: { schemas: Schemas } };
  expect(schemas.length).toBeGreaterThan(10);
  const in_async = Object.values(asyncapi.components.schemas);
  expect(followInPython([...schemas, ...in_async], Object.values(openapi.components.schemas), [])).toEqual([]);
  // the check itself can fail
  expect(() => followInPython([{ type: 'string', pattern: '\\p{Cc}' }], [], [])).toThrow('bad escape');
  expect(() => followInPython([{ type: 'text' }], [], [])).toThrow('SchemaError');
});

it('in Python the schemas accept the valid messages of the transcripts, and refuse the refused ones', () => {
  const messages = transcriptMessages();
  const follows = followInPython(
    OF_A_CLIENT,
    [],
    messages.map(({ text }) => text),
  );
  const judged = messages.map((message, index) => ({ ...message, follows: follows[index] }));
  const [taken, refused] = [judged.filter(({ taken }) => taken), judged.filter(({ taken }) => !taken)];
  expect([taken.length > 100, refused.length > 30]).toEqual([true, true]);
  expect(taken.filter(({ follows }) => !follows)).toEqual([]);
  expect(refused.filter(({ follows }) => follows).map(({ name }) => name)).toEqual(WITHOUT_WORDS);
});

it('in Python the schemas say of odd texts what the gateway says', () => {
  // where engines differ: blanks, digits, line breaks at the end, characters of two code units, unpaired surrogates
  const odd = [
    '',
    ' ',
    '\u00a0',
    '\ufeff',
    '\u2028',
    '\n',
    '\u001c',
    '\u0085',
    '\u{1f44b}',
    '\ud800',
    '\u0661',
    '1.0.1',
    '2026-01-01T00:00Z',
  ];
  const texts = CLIENT_EVENTS.flatMap((event) =>
    odd.flatMap((a) =>
      odd.flatMap((b) =>
        ['capture_id', 'user_id', 'schema_version', 'record_id', 'timestamp', 'source'].flatMap((field) => {
          const message = clientMessage({ client: event as 'capture.open' }, new Cast('u1', 's1'));
          return [`${a}x${b}`, `${a}${b}`, `${a}${'\u{1f44b}'.repeat(128)}${b}`].map((text) =>
            JSON.stringify({ ...message, [field]: text }),
          );
        }),
      ),
    ),
  );
  const follows = followInPython(OF_A_CLIENT, [], texts);
  const different = texts.filter((text, index) => follows[index] !== isTaken(text));
  expect(different).toEqual([]);
  expect(new Set(follows)).toEqual(new Set([true, false]));
});
