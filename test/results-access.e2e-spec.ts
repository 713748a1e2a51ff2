import { LocalProgramsGuard, ResultsSecretGuard } from '@a3cp/landmark-extractor';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type CanActivate, ForbiddenException } from '@nestjs/common';
import { once } from 'node:events';
import { get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { Extractor, streamEnd } from './support/extractor.js';
import { ExtractorProcess } from './support/extractor-process.js';
import { FakeFinder } from './support/fake-finder.js';
import { quote } from './support/protocol.js';
import { killServices } from './support/service-process.js';

const SECRET = 'a secret of just thirty-two byte';
const PATHS = ['', '/landmarks', '/landmarks?format=json', '/features', '/features?format=npy'];

const OTHER_PAGES: [string, OutgoingHttpHeaders][] = [
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another origin of the same site', { 'sec-fetch-site': 'same-site' }],
  ['another origin, in an older browser', { origin: 'https://evil.example' }],
  ['no origin at all', { origin: 'null' }],
];
const ELSEWHERE: [string, OutgoingHttpHeaders][] = [
  ['a proxy', { 'x-forwarded-for': '203.0.113.7' }],
  ['a proxy that says so in the newer way', { forwarded: 'for=203.0.113.7' }],
];

async function ask(url: string, headers: OutgoingHttpHeaders): Promise<{ answer: IncomingMessage; body: string }> {
  const [answer] = (await once(get(url, { headers }), 'response')) as [IncomingMessage];
  return { answer, body: await text(answer) };
}

describe('the results of an extractor', () => {
  let extractor: Extractor;

  afterEach(() => extractor.app.close());

  /** One with a capture that is done. */
  async function start(results_guard?: CanActivate): Promise<void> {
    extractor = await Extractor.start(new FakeFinder(), null, results_guard);
    const stream = await extractor.open();
    await stream.end(streamEnd(0));
  }

  /** The statuses of all that there is to read. */
  async function statuses(headers: OutgoingHttpHeaders): Promise<Set<number | undefined>> {
    const answers = await Promise.all(PATHS.map((path) => ask(extractor.url(path), headers)));
    return new Set(answers.map(({ answer }) => answer.statusCode));
  }

  it(quote('By default pages of the same origin and programs on the same machine can read results'), async () => {
    await start();
    expect(await statuses({})).toEqual(new Set([200]));
    expect(await statuses({ 'sec-fetch-site': 'same-origin' })).toEqual(new Set([200]));
    expect(await statuses({ 'sec-fetch-site': 'same-origin', 'x-forwarded-for': '203.0.113.7' })).toEqual(
      new Set([200]),
    );
    expect(await statuses({ origin: `http://${extractor.origin}` })).toEqual(new Set([200]));
  });

  it.each([...OTHER_PAGES, ...ELSEWHERE])('by default are refused to %s with 403, in words', async (_who, headers) => {
    await start();
    expect(await statuses(headers)).toEqual(new Set([403]));
    const { body } = await ask(extractor.url(), headers);
    expect(JSON.parse(body)).toMatchObject({
      message: 'results are for pages of this origin and programs on this machine',
    });
  });

  it('are discarded by those only who may read them', async () => {
    await start();
    for (const [, headers] of [...OTHER_PAGES, ...ELSEWHERE]) {
      const request = get(extractor.url(), { method: 'DELETE', headers });
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(403);
    }
    expect(await statuses({})).toEqual(new Set([200]));
  });

  it('are refused before anything is said of whether there is such a capture', async () => {
    await start();
    for (const capture_id of [undefined, 'no-such-capture']) {
      const { answer } = await ask(extractor.url('/landmarks', capture_id), { origin: 'https://evil.example' });
      expect(answer.statusCode).toBe(403);
    }
  });

  it(quote('an application that serves no pages | `LocalProgramsGuard` refuses all pages'), async () => {
    await start(new LocalProgramsGuard());
    expect(await statuses({})).toEqual(new Set([200]));
    for (const [, headers] of [...OTHER_PAGES, ...ELSEWHERE]) expect(await statuses(headers)).toEqual(new Set([403]));
    expect(await statuses({ 'sec-fetch-site': 'same-origin' })).toEqual(new Set([403]));
  });

  it('with a secret are for requests that bring it, wherever they come from', async () => {
    await start(new ResultsSecretGuard(SECRET));
    const { answer } = await ask(extractor.url(), {});
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(await statuses({ authorization: `Bearer ${SECRET}!` })).toEqual(new Set([401]));
    const authorization = `Bearer ${SECRET}`;
    for (const [, headers] of [...OTHER_PAGES, ...ELSEWHERE]) {
      expect(await statuses({ ...headers, authorization })).toEqual(new Set([200]));
    }
  });

  it('are for whom a guard of the platform lets in, and for nobody else', async () => {
    await start({
      canActivate: (context) => {
        const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
        if (headers.cookie !== 'therapist') throw new ForbiddenException('not yours');
        return true;
      },
    });
    expect(await statuses({})).toEqual(new Set([403]));
    expect(await statuses({ origin: 'https://evil.example', cookie: 'therapist' })).toEqual(new Set([200]));
  });
});

describe('the results of the extractor as a service', () => {
  afterEach(killServices);

  const statusOf = async ({ port }: ExtractorProcess, headers: OutgoingHttpHeaders): Promise<number | undefined> =>
    (await ask(`http://127.0.0.1:${port}/landmark_extractor/captures/c1`, headers)).answer.statusCode;

  it('are for programs on its machine; there is no such capture yet', async () => {
    const service = await ExtractorProcess.start({});
    expect(await statusOf(service, {})).toBe(404);
    expect(await statusOf(service, { 'sec-fetch-site': 'same-origin' })).toBe(403);
    expect(await statusOf(service, { 'x-forwarded-for': '203.0.113.7' })).toBe(403);
  });

  it(quote('requests with Authorization: Bearer … and the secret, from anywhere; others get 401'), async () => {
    const service = await ExtractorProcess.start({ LANDMARK_RESULTS_SECRET: SECRET });
    expect(await statusOf(service, {})).toBe(401);
    expect(await statusOf(service, { authorization: `Bearer ${SECRET}`, 'x-forwarded-for': '203.0.113.7' })).toBe(404);
  });
});
