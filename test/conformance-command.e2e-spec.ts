import { TicketAuthorizer } from '@a3cp/camera-feed';
import { run } from '@a3cp/conformance';
import { LocalStackModule } from '@a3cp/local-stack';
import { SessionManagerModule, SessionRegistry } from '@a3cp/session-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { LandmarkFinder } from '../apps/landmark-extractor/src/landmarks/landmark-finder.js';
import { FakeFinder } from './support/fake-finder.js';
import { Gateway } from './support/gateway.js';
import { TICKET_SECRET, ticketOf } from './support/ticket.js';

const OPEN = { client: 'capture.open' };
const FRAME = { client: 'frame', with: { seq: 1 } };
const COMPLETED = [{ client: 'capture.close' }, { server: 'close', code: 1000, reason: 'completed' }];
const SESSION_INVALID = [
  { needs: { session: 'invalid' } },
  OPEN,
  { server: 'capture.abort', with: { error_code: 'session_invalid' } },
];
const SESSION_CLOSED = [
  { needs: { session: 'closed' } },
  OPEN,
  { server: 'capture.abort', with: { error_code: 'session_closed' } },
];

let app: INestApplication;
let origin: string;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'transcripts-'));
  app = await NestFactory.create(LocalStackModule.with({ landmark_threads: 0 }), { logger: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  origin = (await app.getUrl()).replace('http://', '');
});

afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

/** Runs the command over these transcripts alone. */
async function command(transcripts: Record<string, object[]>, ...argv: string[]) {
  for (const [name, lines] of Object.entries(transcripts)) {
    const rows = [{ title: name, clauses: ['Dialogues: 1', 'Close codes: 1000'] }, ...lines].map((line) =>
      JSON.stringify(line),
    );
    await writeFile(join(directory, `${name}.jsonl`), rows.join('\n'));
  }
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  try {
    const code = await run(argv, { stdout, stderr }, directory);
    return { code, stdout: await text(stdout.end()), stderr: await text(stderr.end()) };
  } finally {
    for (const name of Object.keys(transcripts)) await rm(join(directory, `${name}.jsonl`));
  }
}

describe('npm run conformance', () => {
  const url = () => `ws://${origin}/camera_feed_worker/capture`;

  it('given transcripts that are answered as they must be, then it says so, also of those it cannot play, and exits with 0', async () => {
    const transcripts = {
      whole: [OPEN, FRAME, ...COMPLETED],
      invalid: SESSION_INVALID,
      closed: SESSION_CLOSED,
      slow: [{ needs: { extractor: 'silent' } }, OPEN],
    };
    expect(await command(transcripts, '--url', url())).toEqual({
      code: 0,
      stdout:
        'closed   pass\n' +
        'invalid  pass\n' +
        'slow     skip  needs extractor silent\n' +
        'whole    pass\n' +
        '3 passed, 0 failed, 1 skipped\n',
      stderr: '',
    });
  });

  it('given one that is not, then it says why and exits with 1', async () => {
    const { code, stdout } = await command(
      { whole: [OPEN, FRAME, ...COMPLETED], wrong: [OPEN, ...COMPLETED.slice(0, 1), { server: 'close', code: 1003 }] },
      '--url',
      url(),
    );
    expect(code).toBe(1);
    expect(stdout).toBe(
      'whole  pass\n' +
        'wrong  FAIL  line 4: expected close 1003, received close 1000 completed\n' +
        '             PROTOCOL.md: Dialogues: 1; Close codes: 1000\n' +
        '1 passed, 1 failed, 0 skipped\n',
    );
  });

  it('given the name of one transcript, then it plays that one only', async () => {
    const transcripts = { whole: [OPEN, FRAME, ...COMPLETED], wrong: [OPEN, { server: 'close', code: 1003 }] };
    const { code, stdout } = await command(transcripts, '--url', url(), '--only', 'whole');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'whole  pass\n1 passed, 0 failed, 0 skipped\n' });
  });

  it('given a session, then it uses that one, and cannot end it', async () => {
    const { code, stdout } = await command(
      { closed: SESSION_CLOSED, whole: [OPEN, FRAME, ...COMPLETED] },
      ...['--url', url(), '--user-id', 'u1', '--session-id', app.get(SessionRegistry).start('u1', null).session_id],
    );
    expect(stdout).toBe('closed  skip  needs session closed\nwhole   pass\n1 passed, 0 failed, 1 skipped\n');
    expect(code).toBe(0);
  });

  describe('given a gateway that demands tickets,', () => {
    const FIRST_TWO = { one: [OPEN, FRAME, ...COMPLETED], other: [OPEN, FRAME, ...COMPLETED] };
    const OWN_SESSION = ['--user-id', 'u1', '--session-id', 's1'];
    let gateway: Gateway;

    beforeEach(async () => {
      gateway = await Gateway.start({}, { captureAuthorizer: new TicketAuthorizer({ secret: TICKET_SECRET }) });
    });

    afterEach(() => gateway.stop());

    it('brings the tickets it is given, one for each connection, and plays no more transcripts than they last', async () => {
      const { code, stdout } = await command(
        FIRST_TWO,
        ...['--url', gateway.url(), ...OWN_SESSION, '--ticket', await ticketOf()],
      );
      expect(stdout).toBe('one    pass\nother  skip  needs one more ticket\n1 passed, 0 failed, 1 skipped\n');
      expect(code).toBe(0);
    });

    it('brings tickets of a session_manager that issues them', async () => {
      const module = SessionManagerModule.with({ ticket_secret: TICKET_SECRET });
      const session_manager = await NestFactory.create(module, { logger: false });
      await session_manager.listen(0, '127.0.0.1');
      const from = ['--session-manager', await session_manager.getUrl()];
      const { code, stdout } = await command(
        { ...FIRST_TWO, invalid: SESSION_INVALID },
        ...['--url', gateway.url(), ...from],
      );
      await session_manager.close();
      expect(stdout).toBe(
        'invalid  skip  needs a ticket for a session that does not exist\n' +
          'one      pass\nother    pass\n2 passed, 0 failed, 1 skipped\n',
      );
      expect(code).toBe(0);
    });

    it('says once that it needs tickets if it has none, and exits with 2', async () => {
      const given = await command(FIRST_TWO, '--url', gateway.url(), ...OWN_SESSION);
      expect(given).toEqual({
        code: 2,
        stdout: '',
        stderr: 'the gateway demands a ticket: give --ticket TICKET, one for each connection\n',
      });
      const issued = await command(FIRST_TWO, '--url', gateway.url(), '--session-manager', `http://${origin}`);
      expect(issued).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/answered 501 to sessions.ticket; give .* and --session-id, and --ticket\n$/),
      });
    });
  });

  describe('says once why it can play nothing, and exits with 2,', () => {
    const TWO = { one: [OPEN, FRAME, ...COMPLETED], other: [OPEN, FRAME, ...COMPLETED] };

    it.each<[string, () => string[], string]>([
      ['no server answers', () => ['--url', 'ws://127.0.0.1:1/'], 'no server answers at ws://127.0.0.1:1/\n'],
      [
        'the server has no capture WebSocket there',
        () => ['--url', `ws://${origin}/elsewhere`],
        `the server at ws://ORIGIN/elsewhere refuses the WebSocket with HTTP 404\n`,
      ],
      [
        'no session_manager answers',
        () => ['--url', url(), '--session-manager', 'http://127.0.0.1:1'],
        'session_manager did not answer at http://127.0.0.1:1; give --session-manager URL, or --user-id and --session-id\n',
      ],
      [
        'the session is not active',
        () => ['--url', url(), '--user-id', 'nobody', '--session-id', 'none'],
        'no capture can have the session of --user-id and --session-id: session_invalid\n',
      ],
      [
        'no transcript has the name',
        () => ['--url', url(), '--only', 'whole'],
        '--only names none of the transcripts and checks\n',
      ],
    ])('if %s', async (_what, argv, said) => {
      const { code, stdout, stderr } = await command(TWO, ...argv());
      expect({ code, stdout, stderr: stderr.replace(origin, 'ORIGIN') }).toEqual({ code: 2, stdout: '', stderr: said });
    });
  });

  it('given a server that looks for landmarks, then it says so, and what that does to the results', async () => {
    const finder = new FakeFinder();
    finder.answers = 'at once';
    const module = await Test.createTestingModule({ imports: [LocalStackModule.with({ landmark_threads: 0 })] })
      .overrideProvider(LandmarkFinder)
      .useValue(finder)
      .compile();
    const looking = module.createNestApplication({ logger: false });
    looking.useWebSocketAdapter(new WsAdapter(looking));
    await looking.listen(0, '127.0.0.1');
    const there = `${(await looking.getUrl()).replace('http', 'ws')}/camera_feed_worker/capture`;
    const { code, stderr } = await command({ whole: [OPEN, FRAME, ...COMPLETED] }, '--url', there);
    await looking.close();
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^This server looks for landmarks .*transcripts that\nFAIL with forward_failed say nothing/s,
    );
  });

  it.each([
    [[], '--url is missing'],
    [['--url', 'http://127.0.0.1'], '--url must be a URL that starts with ws:// or wss://'],
    [['--url', 'ws://127.0.0.1', '--session-id', 's1'], '--user-id and --session-id go together'],
    [['--url', 'ws://127.0.0.1', '--speed', '2'], "Unknown option '--speed'"],
    [['--url', 'ws://127.0.0.1', '--secret', 's'], "Unknown option '--secret'"],
    [['engine', '--url', 'ws://127.0.0.1'], "Unexpected argument 'engine'"],
    [['--url', 'ws://127.0.0.1', '--ticket', 't'], '--ticket goes with --user-id and --session-id'],
  ])('given %j, then it says what is wrong and exits with 2', async (argv, fault) => {
    const { code, stdout, stderr } = await command({}, ...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(fault);
  });

  it('given --help, then it is the page about it', async () => {
    expect(await command({}, '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--session-manager'),
    });
  });
});
