import type { CaptureSocketClient } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Gateway } from './support/gateway.js';

let gateway: Gateway;

beforeEach(async () => {
  gateway = await Gateway.start({
    max_concurrent_captures_per_user: 100,
    max_concurrent_captures_per_session: 100,
  });
});

afterEach(() => gateway.stop());

/** The ways a capture goes, in turn: whole, aborted, refused, malformed, gone. */
const WAYS: ((client: CaptureSocketClient, capture_id: string) => Promise<void>)[] = [
  async (client, capture_id) => {
    client.open({ capture_id });
    client.frame(1, undefined, { capture_id });
    client.close({ capture_id });
    expect((await client.closed).code).toBe(1000);
  },
  async (client, capture_id) => {
    client.open({ capture_id });
    client.frame(2, undefined, { capture_id });
    expect((await client.closed).code).toBe(1000);
  },
  async (client, capture_id) => {
    client.open({ capture_id, fps_target: 16 });
    expect((await client.closed).code).toBe(1000);
  },
  async (client) => {
    client.text('hello');
    expect((await client.closed).code).toBe(1003);
  },
  async (client, capture_id) => {
    client.open({ capture_id });
    client.frame(1, undefined, { capture_id });
    client.socket.close();
    await client.closed;
  },
];

async function expectNothingLeft(): Promise<void> {
  await gateway.idle();
  expect(gateway.clock.running).toBe(0);
  const load = gateway.repository.load({ capture_id: 'capture-0', user_id: 'u1' } as never);
  expect(load).toEqual({ capture_id_active: false, captures: 0, captures_of_user: 0, captures_of_session: 0 });
  expect(gateway.repository.held_bytes).toBe(0);
  for (const { open, ends, frames } of gateway.extractor.streams) {
    expect({ open, frames: frames.length, ends: ends.length }).toEqual({ open, frames: frames.length, ends: 1 });
  }
}

async function run(index: number): Promise<void> {
  const client = await gateway.connect();
  const way = WAYS[index % WAYS.length] as (typeof WAYS)[number];
  await way(client, `capture-${index}`);
}

it('200 captures one after another leave nothing behind', async () => {
  for (let index = 0; index < 200; index++) await run(index);
  await expectNothingLeft();
});

it('100 captures at once leave nothing behind', async () => {
  await Promise.all(Array.from({ length: 100 }, (_, index) => run(index)));
  await expectNothingLeft();
});
