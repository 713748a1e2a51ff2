import { run } from '@a3cp/conformance';
import { LocalStackModule } from '@a3cp/local-stack';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
    const rows = [{ title: name, clauses: [] }, ...lines].map((line) => JSON.stringify(line));
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
      'whole  pass\nwrong  FAIL  line 4: expected close 1003, was 1000 completed\n1 passed, 1 failed, 0 skipped\n',
    );
  });

  it('given a session, then it uses that one, and cannot end it', async () => {
    const ids = ['--user-id', 'nobody', '--session-id', 'none'];
    const { code, stdout } = await command(
      { closed: SESSION_CLOSED, invalid: SESSION_INVALID.slice(1) },
      '--url',
      url(),
      ...ids,
    );
    expect(stdout).toBe('closed   skip  needs session closed\ninvalid  pass\n1 passed, 0 failed, 1 skipped\n');
    expect(code).toBe(0);
  });

  it('given no session_manager there, then it says so and exits with 1', async () => {
    const { code, stdout } = await command(
      { whole: [OPEN] },
      '--url',
      url(),
      '--session-manager',
      'http://127.0.0.1:1',
    );
    expect(stdout).toContain('whole  FAIL  session_manager did not answer at http://127.0.0.1:1\n');
    expect(code).toBe(1);
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
