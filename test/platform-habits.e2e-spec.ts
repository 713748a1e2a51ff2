import { CameraFeedMetrics, CameraFeedModule, MetricsRoute } from '@a3cp/camera-feed';
import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { ContractDocsModule } from '@a3cp/service/program';
import { CaptureSocketClient, FakeExtractor, FakeSessionManager, terminateClients } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  type DynamicModule,
  type ExceptionFilter,
  Module,
  type NestInterceptor,
  type Provider,
  ValidationPipe,
  VersioningType,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import express, { type Response as ExpressResponse } from 'express';
import { map } from 'rxjs';
import { COMPLETED, verdictOf } from './support/verdict.js';

const SECRET = 'what session_manager and the gateway share';
const SESSION = JSON.stringify({ user_id: 'u1', session_id: 's1' });

class NobodyGuard implements CanActivate {
  canActivate = (): boolean => false;
}

class EnvelopeInterceptor implements NestInterceptor {
  intercept: NestInterceptor['intercept'] = (_context, next) => next.handle().pipe(map((data: unknown) => ({ data })));
}

@Catch()
class TeapotFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<ExpressResponse>().status(418).json({ platform: 'error' });
  }
}

/** What a platform can have: providers, options of `NestFactory.create`, and calls on the application. */
interface Habit {
  readonly providers?: Provider[];
  readonly bodyParser?: false;
  readonly on?: (app: NestExpressApplication) => unknown;
}

const HABITS: Readonly<Record<string, Habit>> = {
  'a global prefix': { on: (app) => app.setGlobalPrefix('api') },
  'versions in the path': { on: (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }) },
  'versions in a header': { on: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'version' }) },
  'a global guard': { on: (app) => app.useGlobalGuards(new NobodyGuard()) },
  'a guard as a provider': { providers: [{ provide: APP_GUARD, useClass: NobodyGuard }] },
  'a global filter': { on: (app) => app.useGlobalFilters(new TeapotFilter()) },
  'a filter as a provider': { providers: [{ provide: APP_FILTER, useClass: TeapotFilter }] },
  'a global interceptor': { on: (app) => app.useGlobalInterceptors(new EnvelopeInterceptor()) },
  'an interceptor as a provider': { providers: [{ provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor }] },
  'a strict global pipe': {
    on: (app) =>
      app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true })),
  },
  'no body parser': { bodyParser: false },
  'a body parser of its own': { bodyParser: false, on: (app) => app.use(express.text({ type: '*/*' })) },
  'a smaller body parser': { on: (app) => app.useBodyParser('json', { limit: 8 }) },
  'a middleware that refuses': {
    on: (app) => app.use((_request: unknown, response: ExpressResponse) => response.status(403).end()),
  },
};

const ALL: Habit = {
  providers: Object.values(HABITS).flatMap(({ providers = [] }) => providers),
  bodyParser: false,
  on: (app) => Object.values(HABITS).forEach(({ on }) => on?.(app)),
};

let app: NestExpressApplication;

afterEach(async () => {
  terminateClients();
  await app.close();
});

@Module({})
class Platform {}

async function start({ providers = [], on, ...options }: Habit = {}): Promise<void> {
  const platform: DynamicModule = {
    module: Platform,
    imports: [
      ContractDocsModule,
      CameraFeedModule.forRoot({
        landmarkForwarder: new FakeExtractor(),
        sessionValidator: new FakeSessionManager(),
        sessionsClosedSecret: SECRET,
      }),
    ],
    providers: [MetricsRoute, ...providers],
  };
  app = await NestFactory.create<NestExpressApplication>(platform, { logger: false, abortOnError: false, ...options });
  on?.(app);
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
}

async function ask(path: string, init: RequestInit = {}): Promise<unknown[]> {
  const response = await fetch((await app.getUrl()) + path, { redirect: 'manual', ...init });
  const text = await response.text();
  const { headers, status } = response;
  return [status, headers.get('content-type'), headers.get('location') ?? headers.get('www-authenticate'), text];
}

function closed(body: string, authorization = `Bearer ${SECRET}`): Promise<unknown[]> {
  const headers = { 'content-type': 'application/json', authorization };
  return ask('/camera_feed_worker/sessions.closed', { method: 'POST', headers, body });
}

/** Every answer of the module, its metrics without their numbers. */
async function answers(): Promise<unknown[][]> {
  const metrics = await ask('/metrics');
  return [
    await closed(SESSION),
    await closed(SESSION, 'Bearer of bad news'),
    await closed('{"user_id":'),
    await closed('{"user_id":"u1"}'),
    await ask('/docs'),
    await ask('/docs/'),
    await ask('/docs/openapi.json'),
    [...metrics.slice(0, -1), String(metrics.at(-1)).includes('a3cp_camera_feed_ready 1')],
    await ask('/metrics', { method: 'HEAD' }),
    await ask(CAPTURE_PATHS[0]),
  ];
}

async function capture(): Promise<unknown> {
  const client = await CaptureSocketClient.connect((await app.getUrl()).replace('http', 'ws') + CAPTURE_PATHS[0]);
  client.open();
  client.frame(1);
  client.close();
  return verdictOf(client);
}

describe('sessions.closed, /metrics, /docs and captures', () => {
  it('have these answers in a plain platform', async () => {
    await start();
    const seen = await answers();
    expect(seen.map(([status]) => status)).toEqual([200, 401, 400, 400, 301, 200, 200, 200, 200, 426]);
    expect(seen[0]?.at(-1)).toBe('{"aborted_captures":0}');
    expect(seen[1]?.[2]).toBe('Bearer');
    expect(seen[2]?.at(-1)).toContain('body must be a JSON object');
    expect(seen[3]?.at(-1)).toContain('session_id must be a string');
    expect(seen[4]?.[2]).toBe('docs/');
    expect(seen[7]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8', null, true]);
  });

  it.each([...Object.entries(HABITS), ['all of these', ALL] as const])(
    'have the same with %s',
    async (_what, habit) => {
      await start();
      const plain = await answers();
      await app.close();
      await start(habit);
      expect(await answers()).toEqual(plain);
      expect(await capture()).toEqual(COMPLETED);
    },
  );

  it('leave other methods and other paths to the platform', async () => {
    await start({ on: (app) => app.use((_request: unknown, response: ExpressResponse) => response.status(403).end()) });
    const others = [
      ask('/camera_feed_worker/sessions.closed'),
      ask('/metrics', { method: 'POST' }),
      ask('/docs/nothing.json'),
      ask('/docs/%2e%2e/conformance.md'),
    ];
    expect((await Promise.all(others)).map(([status]) => status)).toEqual([403, 403, 403, 403]);
  });

  it('answer 500 without a word of the error if a metric of the platform fails', async () => {
    await start();
    app.get(CameraFeedMetrics).registry.metrics = () => Promise.reject(new Error('jane-doe'));
    const [status, , , text] = await ask('/metrics');
    expect([status, text]).toEqual([500, '{"message":"Internal Server Error","statusCode":500}']);
  });
});
