import { CameraFeedModule, type CameraFeedModuleOptions, CaptureAuthorizer } from '@a3cp/camera-feed';
import { CaptureClaims, type ClaimAnswer } from '@a3cp/capture-domain';
import { NatsCluster, NatsLandmarkForwarder } from '@a3cp/landmark-forwarders/nats';
import { FakeExtractor, FakeSessionManager } from '@a3cp/testing';
import { beforeEach, expect, it } from '@jest/globals';
import { type DynamicModule, Module, type OnApplicationShutdown, type OnModuleInit, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { streamOpen } from './support/extractor.js';

const NOT_STARTED = 'not started: make it a provider, or give CameraFeedModule a function that returns it';

let told: string[];

beforeEach(() => {
  told = [];
});

class Forwarder extends FakeExtractor implements OnModuleInit, OnApplicationShutdown {
  onModuleInit = (): unknown => told.push('forwarder starts');
  onApplicationShutdown = (): unknown => told.push('forwarder stops');
}

class Sessions extends FakeSessionManager implements OnModuleInit, OnApplicationShutdown {
  onModuleInit = (): unknown => told.push('sessions start');
  onApplicationShutdown = (): unknown => told.push('sessions stop');
}

class Claims extends CaptureClaims implements OnModuleInit, OnApplicationShutdown {
  onModuleInit = (): unknown => told.push('claims start');
  onApplicationShutdown = (): unknown => told.push('claims stop');
  claim = (): Promise<ClaimAnswer> => Promise.resolve('granted');
}

class Authorizer extends CaptureAuthorizer implements OnModuleInit, OnApplicationShutdown {
  onModuleInit = (): unknown => told.push('authorizer starts');
  onApplicationShutdown = (): unknown => told.push('authorizer stops');
  authorize = (): Promise<null> => Promise.resolve(null);
}

const PROVIDERS = [Forwarder, Sessions, Claims, Authorizer];

@Module({ providers: PROVIDERS, exports: PROVIDERS })
class Platform {}

@Module({
  imports: [
    CameraFeedModule.forRootAsync({
      imports: [Platform],
      inject: PROVIDERS,
      useFactory: (
        landmarkForwarder: Forwarder,
        sessionValidator: Sessions,
        captureClaims: Claims,
        captureAuthorizer: Authorizer,
      ): CameraFeedModuleOptions => ({ landmarkForwarder, sessionValidator, captureClaims, captureAuthorizer }),
    }),
  ],
})
class App {}

const STARTS = ['authorizer starts', 'claims start', 'forwarder starts', 'sessions start'];
const STOPS = ['authorizer stops', 'claims stop', 'forwarder stops', 'sessions stop'];

async function startAndStop(root: Type | DynamicModule): Promise<void> {
  const app = await NestFactory.create(root, { logger: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  told.push('listens');
  await app.close();
}

/** What was told before it listened, and after. */
function toldAround(): string[][] {
  const at = told.indexOf('listens');
  return [told.slice(0, at).sort(), told.slice(at + 1).sort()];
}

it("Nest starts and stops a port once if it is the platform's own provider", async () => {
  await startAndStop(App);
  expect(toldAround()).toEqual([STARTS, STOPS]);
});

const FUNCTIONS = {
  landmarkForwarder: () => new Forwarder(),
  sessionValidator: () => new Sessions(),
  captureClaims: () => new Claims(),
  captureAuthorizer: () => new Authorizer(),
};

it.each([
  ['forRoot', CameraFeedModule.forRoot(FUNCTIONS)],
  ['forRootAsync', CameraFeedModule.forRootAsync({ useFactory: () => FUNCTIONS })],
])('it starts and stops once what a function of the platform returns, %s', async (_how, module) => {
  await startAndStop(module);
  expect(toldAround()).toEqual([STARTS, STOPS]);
});

it('it neither starts nor stops an instance that is no provider', async () => {
  const given = {
    landmarkForwarder: new Forwarder(),
    sessionValidator: new Sessions(),
    captureClaims: new Claims(),
    captureAuthorizer: new Authorizer(),
  };
  await startAndStop(CameraFeedModule.forRoot(given));
  expect(toldAround()).toEqual([[], []]);
});

it('a NATS port that nobody started says what to change', async () => {
  const url = 'nats://127.0.0.1:1';
  const { signal } = new AbortController();
  const claim = { capture_id: 'c1', user_id: 'u1', session_id: 's1' };
  await expect(new NatsLandmarkForwarder(url).open(streamOpen(), signal)).rejects.toThrow(NOT_STARTED);
  await expect(new NatsCluster(url).claim(claim, signal)).rejects.toThrow(NOT_STARTED);
});
