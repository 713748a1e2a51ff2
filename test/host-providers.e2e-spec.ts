import { CameraFeedModule, type CameraFeedModuleOptions, CaptureAuthorizer } from '@a3cp/camera-feed';
import { CaptureClaims, type ClaimAnswer } from '@a3cp/capture-domain';
import { beforeEach, expect, it } from '@jest/globals';
import { type DynamicModule, Module, type OnApplicationShutdown, type OnModuleInit, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { FakeExtractor } from './support/fake-extractor.js';
import { FakeSessionManager } from './support/fake-session-manager.js';

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

const STARTS = ['authorizer starts', 'claims start', 'forwarder starts'];
const STOPS = ['authorizer stops', 'claims stop', 'forwarder stops'];

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

it("what a platform gives is started and stopped once where it is the platform's own provider", async () => {
  await startAndStop(App);
  expect(toldAround()).toEqual([
    [...STARTS, 'sessions start'],
    [...STOPS, 'sessions stop'],
  ]);
});

it('and where it is none', async () => {
  const given = {
    landmarkForwarder: new Forwarder(),
    sessionValidator: new FakeSessionManager(),
    captureClaims: new Claims(),
    captureAuthorizer: new Authorizer(),
  };
  await startAndStop(CameraFeedModule.forRoot(given));
  expect(toldAround()).toEqual([STARTS, STOPS]);
});
