import { CameraFeedMetrics, CameraFeedModule } from '@a3cp/camera-feed';
import { FakeExtractor, FakeSessionManager } from '@a3cp/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { type DynamicModule, Logger, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';

const options = { landmarkForwarder: new FakeExtractor(), sessionValidator: new FakeSessionManager() };
const viaRoot = (): DynamicModule => CameraFeedModule.forRoot(options);
const viaAsync = (): DynamicModule => CameraFeedModule.forRootAsync({ useFactory: () => options });

function moduleWith(...imports: (Type | DynamicModule)[]): Type {
  @Module({ imports })
  class PlatformModule {}
  return PlatformModule;
}

/** Starts an application as a platform does, and stops it; rejects if it refuses to start. */
async function startAndStop(root: Type): Promise<void> {
  const app = await NestFactory.create(root, { logger: false, abortOnError: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  await app.close();
}

describe('a platform that calls forRoot or forRootAsync twice does not start', () => {
  it.each([
    ['in two modules', moduleWith(moduleWith(viaRoot()), moduleWith(viaRoot()))],
    ['in one module', moduleWith(viaRoot(), viaRoot())],
    ['in a module and in one that it imports', moduleWith(viaRoot(), moduleWith(viaRoot()))],
    ['once each', moduleWith(moduleWith(viaRoot()), moduleWith(viaAsync()))],
    ['as forRootAsync', moduleWith(moduleWith(viaAsync()), moduleWith(viaAsync()))],
  ])('%s', async (_where, root) => {
    await expect(startAndStop(root)).rejects.toThrow(
      'CameraFeedModule: forRoot or forRootAsync was called more than once',
    );
  });

  it('and one that imports in two modules what it called once does', async () => {
    const once = viaRoot();
    await startAndStop(moduleWith(moduleWith(once), moduleWith(once)));
    const wrapped = moduleWith(viaAsync());
    await startAndStop(moduleWith(moduleWith(wrapped), moduleWith(wrapped)));
  });

  it('and two applications in one process do', async () => {
    const [one, other] = [moduleWith(viaRoot()), moduleWith(viaRoot())];
    await Promise.all([startAndStop(one), startAndStop(other)]);
  });
});

describe('an application without HTTP', () => {
  it('says at its start that it takes no captures', async () => {
    const lines: string[] = [];
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: string) => void lines.push(line));
    const context = await NestFactory.createApplicationContext(moduleWith(viaRoot()), { abortOnError: false });
    await context.close();
    warn.mockRestore();
    expect(lines).toEqual(['CameraFeedModule takes no captures here: the application has no HTTP server']);
  });

  it.each([
    ['forRoot', viaRoot],
    ['forRootAsync', viaAsync],
  ])('can import the module by %s, and use what it exports', async (_how, imported) => {
    const root = moduleWith(imported());
    const context = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
    expect(await context.get(CameraFeedMetrics, { strict: false }).registry.metrics()).toContain('captures_total');
    await context.close();
  });
});
