import { EXTRACTOR_CHECKS, run, SESSION_MANAGER_CHECKS } from '@a3cp/conformance';
import { LandmarkExtractorModule } from '@a3cp/landmark-extractor';
import { LocalStackModule } from '@a3cp/local-stack';
import { SessionManagerModule, SessionRegistry } from '@a3cp/session-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication, Type } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { json, text } from 'node:stream/consumers';
import { type Defects, FaultyExtractor } from './support/faulty-extractor.js';
import { quote } from './support/protocol.js';

const SECRET = 'a secret of at least thirty-two bytes';

async function command(...argv: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(argv, { stdout, stderr });
  return { code, stdout: await text(stdout.end()), stderr: await text(stderr.end()) };
}

let app: INestApplication | null = null;

async function listen(module: DynamicModule | Type): Promise<string> {
  app = await NestFactory.create(module, { logger: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

afterEach(async () => {
  await app?.close();
  app = null;
});

describe('each check of', () => {
  it.each(EXTRACTOR_CHECKS.map(({ name, clause }) => [name, clause]))(
    'an extractor names its clause: %s',
    (_, clause) => {
      expect(quote(clause)).toBe(clause);
    },
  );

  it.each(SESSION_MANAGER_CHECKS.map(({ name, clause }) => [name, clause]))(
    'a session_manager names its clause: %s',
    (_, clause) => {
      expect(quote(clause)).toBe(clause);
    },
  );

  it('either has a name of its own', () => {
    for (const checks of [EXTRACTOR_CHECKS, SESSION_MANAGER_CHECKS] as const) {
      expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
    }
  });
});

describe('npm run conformance -- extractor', () => {
  const options = { landmark_threads: 0, direct_stream: true, stream_secret: SECRET };

  it('passes the reference extractor in every check', async () => {
    const origin = (await listen(LandmarkExtractorModule.forRoot(options))).replace('http', 'ws');
    const { code, stdout } = await command(
      ...['extractor', '--url', `${origin}/landmark_extractor/stream`, '--secret', SECRET],
    );
    expect(stdout.split('\n').filter((line) => !line.endsWith('pass'))).toEqual([
      `${EXTRACTOR_CHECKS.length} passed, 0 failed, 0 skipped`,
      '',
    ]);
    expect(code).toBe(0);
  });

  describe('given an extractor with a defect, it says what is wrong with which clause:', () => {
    let extractor: FaultyExtractor;

    afterEach(() => extractor.stop());

    it.each<[string, Defects, string, string]>([
      [
        'a frame without an acknowledgement',
        { answers: (answer) => (answer.event === 'frame.ack' && answer.seq === 3 ? [] : [answer]) },
        'a-whole-capture',
        'expected frame.ack with seq 3, received nothing within 10000 ms',
      ],
      [
        'acknowledgements that do not count',
        { answers: (answer) => [answer.event === 'frame.ack' ? { ...answer, seq: 1 } : answer] },
        'fewer-frames-counted',
        'expected frame.ack with seq 2, received frame.ack with seq 1',
      ],
      [
        'two answers at once',
        { answers: (answer) => (answer.event === 'open.ack' ? [answer, { event: 'end.ack' }] : [answer]) },
        'answers-in-order',
        'expected frame.ack with seq 1, received end.ack',
      ],
      [
        'a repeated end that is refused',
        {
          answers: (answer, earlier) =>
            answer.event === 'end.ack' && earlier.some(({ event }) => event === 'end.ack')
              ? [{ event: 'nak', code: 'unknown_capture' }]
              : [answer],
        },
        'a-repeated-end',
        'expected end.ack, received nak with code "unknown_capture"',
      ],
      [
        'another nak',
        { answers: (answer) => [answer.event === 'nak' ? { ...answer, code: 'unknown_capture' } : answer] },
        'a-gap',
        'expected nak with code "bad_seq", received nak with code "unknown_capture"',
      ],
      [
        'any version taken',
        { hears: (message) => message.replace('"v":2', '"v":1') },
        'another-version',
        'expected close 1008, received open.ack',
      ],
      ['pages let in', {}, 'a-browser', 'expected HTTP 403, received a WebSocket without a subprotocol'],
      [
        'an acknowledgement that is no text with an event',
        { answers: () => [[1]] },
        'a-capture-of-nothing',
        'expected open.ack, received what is no JSON text with an event',
      ],
    ])('%s', async (_what, defects, name, why) => {
      extractor = await FaultyExtractor.start(defects);
      const { code, stdout } = await command('extractor', '--url', extractor.url, '--only', name);
      const clause = EXTRACTOR_CHECKS.find((check) => check.name === name)?.clause;
      const row = `${name}  FAIL  `;
      expect(stdout).toBe(
        `${row}${why}\n${' '.repeat(row.length)}docs/integration/downstream.md: ${clause}\n0 passed, 1 failed, 0 skipped\n`,
      );
      expect(code).toBe(1);
    });

    it('none, then it passes', async () => {
      extractor = await FaultyExtractor.start({});
      for (const name of ['a-whole-capture', 'answers-in-order', 'a-repeated-end', 'a-gap', 'another-version']) {
        const { stdout } = await command('extractor', '--url', extractor.url, '--only', name);
        expect(stdout).toBe(`${name}  pass\n1 passed, 0 failed, 0 skipped\n`);
      }
    });
  });

  it('says once that no extractor answers, and exits with 2', async () => {
    expect(await command('extractor', '--url', 'ws://127.0.0.1:1/')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'no extractor answers at ws://127.0.0.1:1/\n',
    });
  });

  it('says once that the extractor demands a secret, and exits with 2', async () => {
    const url = `${(await listen(LandmarkExtractorModule.forRoot(options))).replace('http', 'ws')}/landmark_extractor/stream`;
    const stderr = `the extractor at ${url} demands a secret: --secret\n`;
    expect(await command('extractor', '--url', url)).toEqual({ code: 2, stdout: '', stderr });
    expect(await command('extractor', '--url', url, '--secret', 'another')).toEqual({ code: 2, stdout: '', stderr });
  });
});

describe('npm run conformance -- session_manager', () => {
  const ALL = `${SESSION_MANAGER_CHECKS.length} passed, 0 failed, 0 skipped`;

  it.each<[string, DynamicModule | Type]>([
    ['the stub of session_manager', SessionManagerModule],
    ['the session_manager of npm start', LocalStackModule.with({ landmark_threads: 0 })],
  ])('passes %s in every check', async (_what, module) => {
    const { code, stdout } = await command('session_manager', '--url', await listen(module));
    expect(stdout.split('\n').filter((line) => !line.endsWith('pass'))).toEqual([ALL, '']);
    expect(code).toBe(0);
  });

  it('uses the session that it is given, and ends none', async () => {
    const url = await listen(SessionManagerModule);
    const session_id = app?.get(SessionRegistry).start('u1', null).session_id ?? '';
    const { code, stdout } = await command(
      ...['session_manager', '--url', url, '--user-id', 'u1', '--session-id', session_id],
    );
    expect(stdout).toContain(
      'a-closed-session               skip  needs a session_manager that starts and ends sessions\n',
    );
    expect(stdout).toContain('9 passed, 0 failed, 2 skipped\n');
    expect(code).toBe(0);
  });

  describe('given a session_manager with a defect, it says what is wrong:', () => {
    /** What it answers to each route: the status, and the body made of what was asked. */
    type Answers = Readonly<Record<string, (asked: { sessions: { session_id: string }[] }) => [number, unknown]>>;
    const statusOf = ({ session_id }: { session_id: string }): string => (session_id === 's1' ? 'active' : 'invalid');
    let server: Server;
    let answers: Answers;

    beforeEach(async () => {
      server = createServer((request, response) => {
        void json(request).then((asked) => {
          const [status, body] = answers[request.url ?? '']?.(asked as { sessions: [] }) ?? [404, {}];
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        });
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
    });

    afterEach(() => void server.close());

    const SINGLE = '/session_manager/sessions.validate';
    const BATCH = '/session_manager/sessions.validate_batch';

    it.each<[string, Answers, string, RegExp]>([
      [
        'everybody is let in',
        { [SINGLE]: () => [200, { status: 'active' }] },
        'an-unknown-session',
        /FAIL {2}expected invalid, received active\n/,
      ],
      [
        'another word',
        { [SINGLE]: () => [200, { status: 'ACTIVE' }] },
        'an-active-session',
        /FAIL {2}expected active, received session_manager answered without a status\n/,
      ],
      [
        'another status code',
        { [SINGLE]: () => [201, { status: 'active' }] },
        'an-active-session',
        /FAIL {2}expected active, received session_manager answered 201\n/,
      ],
      [
        'a batch in another order',
        { [BATCH]: ({ sessions }) => [200, { statuses: sessions.map(statusOf).sort() }] },
        'the-largest-batch',
        /FAIL {2}expected invalid, received active\n/,
      ],
      [
        'a batch with too few answers',
        { [BATCH]: () => [200, { statuses: ['invalid'] }] },
        'a-batch',
        /FAIL {2}expected invalid, received session_manager answered without a status for each\n/,
      ],
      ['no batch', {}, 'a-batch', /skip {2}needs sessions.validate_batch; without it, leave SESSION_BATCH off\n/],
    ])('%s', async (_what, wrong, name, said) => {
      answers = wrong;
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { stdout } = await command(
        ...['session_manager', '--url', url, '--user-id', 'u1', '--session-id', 's1', '--only', name],
      );
      expect(stdout).toMatch(said);
    });
  });

  it.each([
    [['--url', 'http://127.0.0.1:1'], 'no session_manager answers at http://127.0.0.1:1/: ECONNREFUSED\n'],
    [['--url', 'ws://127.0.0.1'], '--url must be a URL that starts with http:// or https://\nTry --help.\n'],
  ])('given %j, then it says what is wrong and exits with 2', async (argv, stderr) => {
    expect(await command('session_manager', ...argv)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('says once that there is no session, and exits with 2', async () => {
    const url = await listen(LandmarkExtractorModule.forRoot({ landmark_threads: 0 }));
    expect(await command('session_manager', '--url', url)).toEqual({
      code: 2,
      stdout: '',
      stderr: `session_manager at ${url}/ answered 404 to sessions.start; give --user-id and --session-id\n`,
    });
  });
});
