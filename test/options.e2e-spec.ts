import { CameraFeedModule, type CameraFeedModuleOptions } from '@a3cp/camera-feed';
import { type LandmarkExtractor, InProcessLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { FakeExtractor, FakeSessionManager, ScriptedExtractor } from '@a3cp/testing';
import { describe, expect, it } from '@jest/globals';
import type { DynamicModule, WebSocketAdapter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AbstractWsAdapter, type BaseWsInstance } from '@nestjs/websockets';
import { WsAdapter } from '@nestjs/platform-ws';

const PORTS = { landmarkForwarder: new FakeExtractor(), sessionValidator: new FakeSessionManager() };

/** Why an application with the module does not start, in one line; null if it does. */
async function faultOf(module: DynamicModule, adapter: 'ws' | 'none' | 'other' = 'ws'): Promise<string | null> {
  try {
    const app = await NestFactory.create(module, { logger: false, abortOnError: false });
    try {
      if (adapter === 'ws') app.useWebSocketAdapter(new WsAdapter(app));
      if (adapter === 'other') app.useWebSocketAdapter(new OtherAdapter(app) as WebSocketAdapter);
      await app.init();
    } finally {
      await app.close();
    }
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What a host writes in JavaScript, or in a hurry. */
function given(options: unknown): DynamicModule {
  return CameraFeedModule.forRoot(options as CameraFeedModuleOptions);
}

class OtherAdapter extends AbstractWsAdapter<BaseWsInstance> {
  create = (): BaseWsInstance => ({ on: () => undefined, close: () => undefined });
  bindMessageHandlers = (): void => undefined;
}

describe('an application does not start, and says in one line what to change, for', () => {
  it.each<[string, unknown, string]>([
    [
      'an option with a likely name',
      { ...PORTS, captureAuthoriser: {} },
      'CameraFeedModule: unknown option "captureAuthoriser"; did you mean "captureAuthorizer"?',
    ],
    ['an option like none', { ...PORTS, colour: 'red' }, 'CameraFeedModule: unknown option "colour"'],
    [
      'no options',
      undefined,
      'CameraFeedModule: forRoot and useFactory take and return an object of options, not undefined',
    ],
    [
      'a missing forwarder',
      { sessionValidator: PORTS.sessionValidator },
      'CameraFeedModule: option "landmarkForwarder" is missing; give a LandmarkForwarder, such as new InProcessLandmarkForwarder(extractor)',
    ],
    [
      'a missing validator',
      { landmarkForwarder: PORTS.landmarkForwarder },
      'CameraFeedModule: option "sessionValidator" is missing; give a SessionValidator, such as new HttpSessionValidator({ … })',
    ],
    [
      'a class in place of an instance',
      { ...PORTS, sessionValidator: FakeSessionManager },
      'CameraFeedModule: option "sessionValidator" is a class; give an instance or a function that returns one: a SessionValidator, such as new HttpSessionValidator({ … })',
    ],
    [
      'a function that makes no port',
      { ...PORTS, sessionValidator: () => undefined },
      'CameraFeedModule: option "sessionValidator" is missing; give a SessionValidator, such as new HttpSessionValidator({ … })',
    ],
    [
      'a function that makes another port',
      { ...PORTS, captureClaims: () => PORTS.sessionValidator },
      'CameraFeedModule: option "captureClaims" has no method "claim"; give a CaptureClaims',
    ],
    [
      'an extractor where a forwarder is due',
      { ...PORTS, landmarkForwarder: new ScriptedExtractor() satisfies LandmarkExtractor },
      'CameraFeedModule: option "landmarkForwarder" is a LandmarkExtractor; give new InProcessLandmarkForwarder(extractor)',
    ],
    [
      'a forwarder where a validator is due',
      { ...PORTS, sessionValidator: PORTS.landmarkForwarder },
      'CameraFeedModule: option "sessionValidator" has no method "validate"; give a SessionValidator, such as new HttpSessionValidator({ … })',
    ],
    [
      'a promise of a port',
      { ...PORTS, sessionValidator: Promise.resolve(PORTS.sessionValidator) },
      'CameraFeedModule: option "sessionValidator" is a Promise; await it in an async useFactory',
    ],
    [
      'an authorizer that is none',
      { ...PORTS, captureAuthorizer: { authorise: () => null } },
      'CameraFeedModule: option "captureAuthorizer" has no method "authorize"; give a CaptureAuthorizer, such as new TicketAuthorizer({ … })',
    ],
    [
      'claims that are none',
      { ...PORTS, captureClaims: 7 },
      'CameraFeedModule: option "captureClaims" has no method "claim"; give a CaptureClaims',
    ],
    [
      'a secret too short',
      { ...PORTS, sessionsClosedSecret: 'short' },
      'CameraFeedModule: option "sessionsClosedSecret" must be a string of at least 32 bytes',
    ],
    [
      'a callback that is none',
      { ...PORTS, onSessionClosed: true },
      'CameraFeedModule: option "onSessionClosed" must be a function, not boolean',
    ],
    [
      'a source of session ends that is none',
      { ...PORTS, sessionEnds: [] },
      'CameraFeedModule: option "sessionEnds" must be a function, not an array',
    ],
    [
      'an unknown limit',
      { ...PORTS, limits: { max_fsp: 10 } },
      'CameraFeedModule: option "limits" has the unknown name "max_fsp"; did you mean "max_fps"?',
    ],
    [
      'a limit of the wrong type',
      { ...PORTS, limits: { max_fps: '15' } },
      'CameraFeedModule: option "limits": max_fps must be an integer of at least 1',
    ],
    [
      'limits that are none',
      { ...PORTS, limits: 15 },
      'CameraFeedModule: option "limits" must be an object, not number',
    ],
    [
      'an unknown name in the admission policy',
      { ...PORTS, admission: { allowed_orgins: [] } },
      'CameraFeedModule: option "admission" has the unknown name "allowed_orgins"; did you mean "allowed_origins"?',
    ],
    [
      'an origin with a path',
      { ...PORTS, admission: { allowed_origins: ['https://care.example/'] } },
      'CameraFeedModule: option "admission": allowed_origins must be origins such as https://care.example, without a path',
    ],
    [
      'an origin alone',
      { ...PORTS, admission: { allowed_origins: 'https://care.example' } },
      'CameraFeedModule: option "admission": allowed_origins must be \'same host\' or a list of origins',
    ],
    [
      'a switch of the wrong type',
      { ...PORTS, admission: { allow_missing_origin: 'no' } },
      'CameraFeedModule: option "admission": allow_missing_origin must be true or false',
    ],
  ])('%s', async (_what, options, fault) => {
    expect(await faultOf(given(options))).toBe(fault);
    expect(await faultOf(CameraFeedModule.forRootAsync({ useFactory: () => options as CameraFeedModuleOptions }))).toBe(
      fault,
    );
  });

  it.each(['none', 'other'] as const)('a WebSocket adapter: %s', async (adapter) => {
    expect(await faultOf(given(PORTS), adapter)).toBe(
      'CameraFeedModule needs WsAdapter: call app.useWebSocketAdapter(new WsAdapter(app)) before the application starts',
    );
  });
});

it('an InProcessLandmarkForwarder needs an instance, not the class of an extractor', () => {
  expect(() => new InProcessLandmarkForwarder(ScriptedExtractor as never)).toThrow(
    'InProcessLandmarkForwarder needs an instance of a LandmarkExtractor',
  );
});

describe('an application starts', () => {
  it('with its ports alone', async () => {
    expect(await faultOf(given(PORTS))).toBeNull();
  });

  it('with a WsAdapter of its own', async () => {
    class PlatformWsAdapter extends WsAdapter {}
    const app = await NestFactory.create(given(PORTS), { logger: false, abortOnError: false });
    app.useWebSocketAdapter(new PlatformWsAdapter(app));
    await app.init();
    await app.close();
  });

  it('without HTTP, as an application context', async () => {
    const context = await NestFactory.createApplicationContext(given(PORTS), { logger: false, abortOnError: false });
    await context.close();
  });
});

it('options that the module does not know do not compile', () => {
  const landmarkForwarder = new InProcessLandmarkForwarder(new ScriptedExtractor());
  const { sessionValidator } = PORTS;
  const ports = { landmarkForwarder, sessionValidator };
  const modules = [
    CameraFeedModule.forRootAsync({ useFactory: () => ({ ...ports, limits: { max_fps: 10 } }) }),
    CameraFeedModule.forRootAsync({ useFactory: async () => Promise.resolve(ports) }),
    CameraFeedModule.forRootAsync({ useFactory: () => ({ ...ports, landmarkForwarder: () => landmarkForwarder }) }),
    // @ts-expect-error a class in place of a function
    CameraFeedModule.forRoot({ ...ports, sessionValidator: FakeSessionManager }),
    CameraFeedModule.forRootAsync({ inject: [Object], useFactory: (_injected: object) => ports }),
    // @ts-expect-error unknown option captureAuthoriser
    CameraFeedModule.forRoot({ ...ports, captureAuthoriser: {} }),
    // @ts-expect-error unknown option captureAuthoriser
    CameraFeedModule.forRootAsync({ useFactory: () => ({ ...ports, captureAuthoriser: {} }) }),
    // @ts-expect-error unknown option captureAuthoriser
    CameraFeedModule.forRootAsync({ useFactory: async () => Promise.resolve({ ...ports, captureAuthoriser: {} }) }),
    // @ts-expect-error unknown limit max_fsp
    CameraFeedModule.forRootAsync({ useFactory: () => ({ ...ports, limits: { max_fps: 10, max_fsp: 10 } }) }),
    // @ts-expect-error unknown limit max_captures, alone
    CameraFeedModule.forRootAsync({ useFactory: () => ({ ...ports, limits: { max_captures: 10 } }) }),
    // @ts-expect-error a limit of the wrong type
    CameraFeedModule.forRootAsync({ useFactory: () => ({ ...ports, limits: { max_fps: '10' } }) }),
    // @ts-expect-error unknown name in the admission policy
    CameraFeedModule.forRootAsync({ useFactory: () => ({ ...ports, admission: { allowed_orgins: [] } }) }),
    // @ts-expect-error sessionValidator is missing
    CameraFeedModule.forRootAsync({ useFactory: () => ({ landmarkForwarder }) }),
  ];
  expect(modules).toHaveLength(13);
});
