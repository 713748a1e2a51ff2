import { HealthModule } from '@a3cp/service/program';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BeforeApplicationShutdown, INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { AddressInfo, Server } from 'node:net';
import { quote } from './support/protocol.js';

/** Stands for a gateway whose captures are still running: the application cannot stop before it is let go. */
class Drain implements BeforeApplicationShutdown {
  begun!: () => void;
  finish!: () => void;
  readonly running = new Promise<void>((resolve) => (this.begun = resolve));
  readonly #finished = new Promise<void>((resolve) => (this.finish = resolve));

  beforeApplicationShutdown(): Promise<void> {
    this.begun();
    return this.#finished;
  }
}

describe('health', () => {
  let app: INestApplication;
  let drain: Drain;

  beforeEach(async () => {
    drain = new Drain();
    const module = await Test.createTestingModule({
      imports: [HealthModule],
      providers: [{ provide: Drain, useValue: drain }],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
  });

  afterEach(async () => {
    drain.finish();
    await app.close();
  });

  async function get(path: string): Promise<{ status: number; body: unknown }> {
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, body: await response.json() };
  }

  it.each(['/health/live', '/health/ready'])('GET %s answers 200 while the application runs', async (path) => {
    expect(await get(path)).toMatchObject({ status: 200, body: { status: 'ok', error: {} } });
  });

  it(quote('When the server stops, its readiness turns red'), async () => {
    const closed = app.close();
    await drain.running;

    const accepting = { status: 'down', message: 'stopping' };
    expect(await get('/health/ready')).toMatchObject({ status: 503, body: { error: { accepting } } });
    expect(await get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });

    drain.finish();
    await closed;
  });
});
