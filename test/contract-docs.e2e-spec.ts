import { playCapture, readFrames } from '@a3cp/capture-cli';
import { SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { ReferenceExtractor } from '@a3cp/landmark-extractor';
import { LocalStackModule } from '@a3cp/local-stack';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Extractor, frameItem, streamEnd, streamOpen } from './support/extractor.js';
import { FakeFinder, foundIn } from './support/fake-finder.js';

const DIRECTORY = fileURLToPath(new URL('../libs/service/contract', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../assets/sample-capture.mjpeg', import.meta.url));

let app: INestApplication;
let origin: string;

beforeAll(async () => {
  app = await NestFactory.create(LocalStackModule.with({ landmark_threads: 0 }), { logger: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  origin = await app.getUrl();
});

afterAll(() => app.close());

describe('/docs', () => {
  const files = readdirSync(DIRECTORY, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(DIRECTORY.length + 1));

  it.each(files)('serves %s as it is, to be read as what it is and to load nothing from elsewhere', async (file) => {
    const response = await fetch(`${origin}/docs/${file}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(readFileSync(`${DIRECTORY}/${file}`, 'utf8'));
    const type = { html: 'text/html', css: 'text/css', json: 'application/json' }[file.split('.').at(-1) ?? ''];
    expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each(['/docs', '/docs/'])('GET %s is the page', async (path) => {
    expect(await (await fetch(`${origin}${path}`)).text()).toBe(readFileSync(`${DIRECTORY}/index.html`, 'utf8'));
  });

  it.each(['/docs/%2e%2e/conformance.md', '/docs/..%2f..%2fpackage.json', '/docs/nothing.json'])(
    'GET %s is 404',
    async (path) => {
      expect((await fetch(`${origin}${path}`)).status).toBe(404);
    },
  );
});

describe('the OpenAPI document', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const document = JSON.parse(readFileSync(`${DIRECTORY}/openapi.json`, 'utf8')) as {
    paths: Record<string, Record<string, { responses: Record<string, { content: object }> }>>;
  };
  ajv.addSchema(document, 'openapi');

  /** Asks the route; the answer must be one that the document tells of. */
  async function ask(method: 'GET' | 'POST', route: string, body?: object, path = route) {
    const response = await fetch(origin + path, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return told(method, route, response);
  }

  /** The answer, which must be JSON that the document tells of. */
  async function told(method: string, route: string, response: Response) {
    const answer: unknown = await response.json();
    const pointer = ['paths', route, method.toLowerCase(), 'responses', String(response.status)]
      .map((part) => part.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D'))
      .join('/');
    const valid = ajv.compile({ $ref: `openapi#/${pointer}/content/application~1json/schema` });
    expect([valid(answer), valid.errors]).toEqual([true, null]);
    return { code: response.status, answer };
  }

  const common = () => ({
    schema_version: SCHEMA_VERSION,
    record_id: randomUUID(),
    timestamp: new Date().toISOString(),
  });

  it.each(['/health/live', '/health/ready'])('tells of GET %s', async (route) => {
    expect(await ask('GET', route)).toMatchObject({ code: 200 });
  });

  it('tells of the sessions of a user, and of every refusal', async () => {
    const user_id = randomUUID();
    const start = '/session_manager/sessions.start';
    const { answer } = await ask('POST', start, { ...common(), user_id });
    const { session_id } = answer as { session_id: string };
    expect(await ask('POST', start, {})).toMatchObject({ code: 400 });

    const validate = '/session_manager/sessions.validate';
    expect(await ask('POST', validate, { user_id, session_id })).toEqual({ code: 200, answer: { status: 'active' } });
    expect(await ask('POST', validate, { user_id })).toMatchObject({ code: 400 });

    const end = '/session_manager/sessions.end';
    const ended = { ...common(), user_id, session_id, end_time: new Date().toISOString() };
    expect(await ask('POST', end, { ...ended, user_id: 'another' })).toMatchObject({ code: 403 });
    expect(await ask('POST', end, ended)).toMatchObject({ code: 200, answer: { session_id } });
    expect(await ask('POST', end, ended)).toMatchObject({ code: 409 });
    expect(await ask('POST', end, { ...ended, session_id: 'none' })).toMatchObject({ code: 404 });
    expect(await ask('POST', end, {})).toMatchObject({ code: 400 });
  });

  it('tells of what arrived of a capture', async () => {
    const route = '/landmark_extractor/captures/{capture_id}';
    const capture_id = randomUUID();
    const path = `/landmark_extractor/captures/${capture_id}`;
    expect(await ask('GET', route, undefined, path)).toMatchObject({ code: 404 });

    const started = await fetch(`${origin}/session_manager/sessions.start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...common(), user_id: 'u1' }),
    });
    const session = (await started.json()) as { user_id: string; session_id: string };
    const frames = (await readFrames(SAMPLE)).slice(0, 2);
    const url = `${origin.replace('http', 'ws')}/camera_feed_worker/capture`;
    const io = { stdout: new PassThrough().resume(), stderr: new PassThrough().resume() };
    await playCapture({ url, capture_id, session, frames, fps: 15 }, io);
    expect(await ask('GET', route, undefined, path)).toMatchObject({ code: 200, answer: { frame_count: 2 } });

    const discarded = await fetch(origin + path, { method: 'DELETE' });
    expect(discarded.status).toBe(204);
    expect(document.paths[route]?.['delete']?.responses).toHaveProperty('204');
    const again = await fetch(origin + path, { method: 'DELETE' });
    expect(await told('DELETE', route, again)).toMatchObject({ code: 404 });
  });

  describe('of landmarks', () => {
    let extractor: Extractor;

    afterEach(() => extractor.app.close());

    it('tells of them, and of every refusal', async () => {
      const finder = new FakeFinder();
      finder.find = (seq) => foundIn(seq, ['left_hand']);
      extractor = await Extractor.start(finder);
      const stream = await extractor.open();
      const { capture_id } = streamOpen();
      const route = '/landmark_extractor/captures/{capture_id}';
      const [landmarks, features] = [`${route}/landmarks`, `${route}/features`];
      const asked = async (part: string, path: string) => told('GET', part, await extractor.get(path));

      await stream.forward(await frameItem(1));
      expect(await asked(route, '')).toMatchObject({ code: 200, answer: { landmark_state: 'running' } });
      expect(await asked(landmarks, '/landmarks?format=json')).toMatchObject({ code: 409 });
      expect(await asked(features, '/features')).toMatchObject({ code: 409 });
      await finder.answer();
      await stream.end(streamEnd(1));
      expect(await asked(landmarks, '/landmarks?format=json')).toMatchObject({ code: 200, answer: { capture_id } });
      expect(await asked(features, '/features')).toMatchObject({ code: 200, answer: { complete: true, seq: [1] } });
      for (const [part, path, type] of [
        [landmarks, '/landmarks', 'text/event-stream'],
        [features, '/features?format=npy', 'application/octet-stream'],
      ] as const) {
        const answer = await extractor.get(path);
        await answer.arrayBuffer();
        expect(answer.headers.get('content-type')).toBe(type);
        expect(document.paths[part]?.['get']?.responses['200']?.content).toHaveProperty([type]);
      }
      expect(await asked(landmarks, '/landmarks?format=npy')).toMatchObject({ code: 400 });
      expect(await asked(features, '/features?format=xml')).toMatchObject({ code: 400 });
      extractor.app.get(ReferenceExtractor).landmarks(capture_id)?.drop();
      expect(await asked(landmarks, '/landmarks?format=json')).toMatchObject({ code: 410 });
      expect(await asked(features, '/features')).toMatchObject({ code: 410 });
      expect(await told('GET', landmarks, await extractor.get('/landmarks', 'none'))).toMatchObject({ code: 404 });
      expect(await told('GET', features, await extractor.get('/features', 'none'))).toMatchObject({ code: 404 });
    });
  });

  it('accepts the bodies the routes accept', () => {
    const valid = (name: string, body: object): unknown =>
      ajv.validate({ $ref: `openapi#/components/schemas/${name}` }, body);
    const start = { ...common(), user_id: 'u1', performer_id: null };
    expect(valid('StartSessionDto', start)).toBe(true);
    expect(valid('StartSessionDto', { ...start, user_id: '' })).toBe(false);
    expect(valid('EndSessionDto', { ...start, session_id: 's1', end_time: start.timestamp })).toBe(true);
    expect(valid('EndSessionDto', start)).toBe(false);
    expect(valid('ValidateSessionDto', { user_id: 'u1', session_id: 's1' })).toBe(true);
    expect(valid('ValidateSessionDto', { user_id: 'u1', session_id: 7 })).toBe(false);
  });
});
