import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import { terminateClients } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { death } from './support/death.js';
import { ExtractorProcess } from './support/extractor-process.js';
import type { FilmedCapture } from './support/filmed-capture.js';
import { stopNatsServers } from './support/nats-server.js';
import { NatsSite } from './support/nats-site.js';
import { killServices } from './support/service-process.js';

const CAPTURES = 60;

/** Started as soon as something has died. */
const NEW_CAPTURES = 10;

/** Connections to the server: two of each gateway, one for its frames and one for its claims, and one of each extractor. */
const PROGRAMS = 6;

/** From a death to the last word to its captures. */
const AT_ONCE_MS = 150;

/**
 * The next frame has 2 s to find room once the forward buffer is full, after 267 ms at 15 frames a second. Where frames come
 * later, the first one is not acknowledged within 3 s before that.
 */
const HANGING_MS = 3_250;
const HANGING = ['limit_forward_buffer_exceeded', 'forward_failed'] as const;

let site: NatsSite;

async function start(): Promise<FilmedCapture[]> {
  site = await NatsSite.start();
  return site.film(CAPTURES);
}

afterEach(async () => {
  terminateClients();
  await killServices();
  await stopNatsServers();
  await site.stop();
});

/** What a busy machine takes from everybody: the longest, in ms, that a gateway took to say that it is ready. */
async function slowestAnswer(during: Promise<unknown>): Promise<number> {
  const over = during.then(() => true);
  const notYet = Promise.resolve(false);
  for (let slowest = 0; ;) {
    const asked_at = performance.now();
    await Promise.all(site.gateways.map((gateway) => gateway.readiness()));
    slowest = Math.max(slowest, performance.now() - asked_at);
    if (await Promise.race([over, notYet])) return slowest;
  }
}

/** Each was told once, soon enough after `since`, that its capture is aborted. */
async function expectAborted(
  captures: readonly FilmedCapture[],
  error_codes: readonly CaptureErrorCode[],
  since: number,
  within_ms: number,
): Promise<void> {
  const told = Promise.all(captures.map((capture) => capture.over));
  const delay = await slowestAnswer(told);
  const over = await told;
  for (const { verdict } of captures) {
    expect(error_codes).toContain(verdict?.event === 'capture.abort' ? verdict.error_code : null);
  }
  expect(Math.max(...over) - since - delay).toBeLessThan(within_ms);
  await Promise.all(captures.map((capture) => capture.closed));
}

describe('an extractor', () => {
  it('killed: its captures abort at once, the others and new ones do not notice', async () => {
    const captures = await start();
    const [dead, alive] = site.extractors;
    const touched = await site.of(captures, dead);
    const died_at = await death(dead.port, () => dead.signal('SIGKILL'));
    const fresh = site.film(NEW_CAPTURES);
    await expectAborted(touched, ['forward_failed'], died_at, AT_ONCE_MS);
    const others = captures.filter((capture) => !touched.includes(capture));
    expect([touched.length > 0, others.length > 0]).toEqual([true, true]);
    await site.expectWhole([...others, ...(await fresh)], [alive]);
  });

  it('that hangs: its captures abort within 3.25 s, new ones find the other', async () => {
    const captures = await start();
    const [hanging, alive] = site.extractors;
    const touched = await site.of(captures, hanging);
    const stopped_at = performance.now();
    hanging.signal('SIGSTOP');
    const fresh = site.film(NEW_CAPTURES);
    await expectAborted(touched, HANGING, stopped_at, HANGING_MS);
    const others = captures.filter((capture) => !touched.includes(capture));
    await site.expectWhole([...others, ...(await fresh)], [alive]);

    hanging.signal('SIGCONT');
    for (const { capture_id } of touched) {
      const { terminal } = await hanging.ended(capture_id);
      expect(terminal).toMatchObject({ event: 'capture.abort' });
    }
  });

  it.each([
    ['that stops while another joins: nobody notices', ExtractorProcess.startCounting, CAPTURES],
    ['that is the reference extractor and stops: nobody notices', ExtractorProcess.start, 10],
  ])('%s', async (_what, startExtractor, count) => {
    site = await NatsSite.start(startExtractor);
    const captures = await site.film(count);
    const [old] = site.extractors;
    const staying = await site.of(captures, old);
    const joined = await site.join();
    old.signal('SIGTERM');
    await old.draining();
    const fresh = await site.film(2 * NEW_CAPTURES);
    expect(await site.of(fresh, old)).toEqual([]);
    expect((await site.of(fresh, joined)).length).toBeGreaterThan(0);
    const whole = captures.filter((capture) => !staying.includes(capture));
    await site.expectWhole([...whole, ...fresh], site.extractors.slice(1));
    await Promise.all(staying.map((capture) => capture.finish()));
    for (const { verdict, frames_sent } of staying) expect(verdict).toMatchObject({ frame_count: frames_sent });
    expect(await old.exited).toBe(0);
  });
});

describe('a gateway', () => {
  it('killed: its clients know at once, its captures end downstream, those of the other do not notice', async () => {
    const captures = await start();
    const [dead, alive] = site.gateways;
    const [touched, others] = site.byGateway(captures);
    const died_at = await death(dead.port, () => dead.signal('SIGKILL'));
    const fresh = site.film(NEW_CAPTURES, [alive]);
    const over = await Promise.all(touched.map((capture) => capture.over));
    expect(Math.max(...over) - died_at).toBeLessThan(AT_ONCE_MS);
    await expectLost(touched);
    await site.expectWhole([...others, ...(await fresh)]);
  });

  it('that hangs: its captures end downstream, those of the other do not notice', async () => {
    const captures = await start();
    const [hanging, alive] = site.gateways;
    const [touched, others] = site.byGateway(captures);
    hanging.signal('SIGSTOP');
    const fresh = site.film(NEW_CAPTURES, [alive]);
    await expectLost(touched);
    await site.expectWhole([...others, ...(await fresh)]);
    hanging.signal('SIGCONT');
    await Promise.all(touched.map((capture) => capture.closed));
    for (const { verdict } of touched) expect(verdict).toMatchObject({ event: 'capture.abort' });
    await expectLost(touched);
  });
});

describe('the NATS server', () => {
  it('killed: every capture aborts at once, and new ones succeed once there is a server again', async () => {
    const captures = await start();
    const died_at = await death(site.server.port, () => site.server.kill());
    await expectAborted(captures, ['forward_failed'], died_at, AT_ONCE_MS);
    await expectLost(captures);
    await site.server.startAgain();
    while ((await site.server.programs()) < PROGRAMS) continue;
    await site.expectWhole(await site.film(NEW_CAPTURES));
  });

  it('that hangs: every capture aborts within 3.25 s, and has one end once the server goes on', async () => {
    const captures = await start();
    const stopped_at = performance.now();
    site.server.signal('SIGSTOP');
    await expectAborted(captures, HANGING, stopped_at, HANGING_MS);
    site.server.signal('SIGCONT');
    for (const { capture_id } of captures) {
      const [extractor, ...others] = await site.holders(capture_id);
      expect(others.length).toBe(0);
      expect((await extractor?.ended(capture_id))?.terminal?.event).toBe('capture.abort');
    }
    while ((await site.server.programs()) < PROGRAMS) continue;
    await site.expectWhole(await site.film(NEW_CAPTURES));
  });
});

/** The extractor that has a capture ends it itself, and no other knows of it. */
async function expectLost(captures: readonly FilmedCapture[]): Promise<void> {
  for (const { capture_id } of captures) {
    const [extractor, ...others] = await site.holders(capture_id);
    expect(others.length).toBe(0);
    expect((await extractor?.ended(capture_id))?.terminal).toMatchObject({
      event: 'capture.abort',
      error_code: 'gateway_lost',
    });
  }
}
