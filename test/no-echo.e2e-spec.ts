import { LocalStackModule } from '@a3cp/local-stack';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { ExtractorProcess } from './support/extractor-process.js';
import { GatewayProcess } from './support/gateway-process.js';
import { killServices } from './support/service-process.js';

const MADE_UP = 'made-up';
const JSON_HEADERS = { 'content-type': 'application/json' };

function post(body: string, headers: Record<string, string> = JSON_HEADERS): RequestInit {
  return { method: 'POST', headers, body };
}

const REQUESTS: [number, string, RequestInit][] = [
  [404, `/${MADE_UP}?${MADE_UP}`, {}],
  [404, `/${MADE_UP}`, post(JSON.stringify({ field: MADE_UP }))],
  [404, `/health/live/${MADE_UP}`, { method: 'DELETE' }],
  [400, '/health/live', post(MADE_UP)],
  [400, `/${MADE_UP}`, post(`{"field":${MADE_UP}}`)],
  [400, '/health/live', post('{}', { 'content-type': `application/json; charset=${MADE_UP}` })],
  [400, '/health/live', post('{}', { ...JSON_HEADERS, 'content-encoding': MADE_UP })],
  [400, '/health/live', post(JSON.stringify(MADE_UP.repeat(100_000)))],
];

describe('no error of an application of its own repeats what the client sent', () => {
  let app: NestExpressApplication;
  let origins: string[];

  beforeAll(async () => {
    app = await NestFactory.create(LocalStackModule.with({ landmark_threads: 0 }), { logger: false });
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen(0, '127.0.0.1');
    const services = await Promise.all([GatewayProcess.start({}), ExtractorProcess.start({})]);
    origins = [await app.getUrl(), ...services.map(({ port }) => `http://127.0.0.1:${port}`)];
  });

  afterAll(async () => {
    await killServices();
    await app.close();
  });

  it.each(REQUESTS)('%i to %s', async (status, path, request) => {
    for (const origin of origins) {
      const answer = await fetch(origin + path, request);
      const text = await answer.text();
      expect([answer.status, text]).toEqual([status, expect.not.stringContaining(MADE_UP)]);
    }
  });

  it('400 to a path that is not UTF-8', async () => {
    const answer = await fetch(`${origins[0]}/landmark_extractor/captures/${MADE_UP}%E0%A4%A`);
    expect([answer.status, await answer.text()]).toEqual([400, expect.not.stringContaining(MADE_UP)]);
  });

  it('but an error of our own says what is wrong', async () => {
    const answer = await fetch(`${origins[0]}/landmark_extractor/captures/${MADE_UP}`);
    expect(await answer.json()).toMatchObject({ statusCode: 404, message: 'no such capture in the last ten minutes' });
  });
});
