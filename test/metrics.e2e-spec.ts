import { CameraFeedMetrics, CaptureAuthorizer } from '@a3cp/camera-feed';
import { CAPTURE_ERROR_CODES, CAPTURE_PATHS, CAPTURE_SUBPROTOCOL } from '@a3cp/capture-protocol';
import { CaptureSocketClient } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { AggregatorRegistry } from 'prom-client';
import { Exposition } from './support/exposition.js';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { hangUp, httpAnswer, upgrade } from './support/upgrade.js';
import { verdictOf } from './support/verdict.js';

let gateway: Gateway;

afterEach(async () => {
  hangUp();
  await gateway.stop();
});

const exposed = (): Promise<Exposition> => Exposition.of(gateway.app);

describe('a capture that ends', () => {
  it('is counted as completed when all of it has arrived', async () => {
    gateway = await Gateway.start();
    const client = await gateway.capturing();
    client.frame(1);
    client.close();
    await verdictOf(client);
    expect((await exposed()).counted('captures_total')).toEqual({ '{outcome="completed",error_code="none"}': 1 });
  });

  it('is counted with its code when it is aborted, be it at the open', async () => {
    gateway = await Gateway.start();
    const [refused, aborted] = [await gateway.connect(), await gateway.capturing({ capture_id: 'c2' })];
    refused.open({ fps_target: 30 });
    aborted.frame(2, jpegOf(), { capture_id: 'c2' });
    await Promise.all([verdictOf(refused), verdictOf(aborted)]);
    expect((await exposed()).counted('captures_total')).toEqual({
      '{outcome="aborted",error_code="limit_fps_exceeded"}': 1,
      '{outcome="aborted",error_code="protocol_violation"}': 1,
    });
  });

  it('is counted as rejected when it is closed without a word', async () => {
    gateway = await Gateway.start();
    const [malformed, oversized] = [await gateway.capturing(), await gateway.capturing({ capture_id: 'c2' })];
    malformed.text('no JSON');
    oversized.bytes(Buffer.alloc(300_001));
    await Promise.all([verdictOf(malformed), verdictOf(oversized)]);
    await gateway.idle();
    expect((await exposed()).counted('captures_total')).toEqual({
      '{outcome="rejected",error_code="malformed_json"}': 1,
      '{outcome="rejected",error_code="limit_frame_bytes_exceeded"}': 1,
    });
  });

  it('is counted as lost when its client goes away, at the open as later', async () => {
    gateway = await Gateway.start();
    const running = await gateway.capturing();
    running.socket.terminate();
    await gateway.idle();
    gateway.sessions.answers = 'when told';
    const opening = await gateway.connect();
    const asked = gateway.sessions.next();
    opening.open();
    await asked;
    opening.socket.terminate();
    gateway.sessions.answer('active');
    await gateway.idle();
    expect((await exposed()).counted('captures_total')).toEqual({
      '{outcome="lost",error_code="client_disconnected"}': 2,
    });
  });

  it('is counted when the rules themselves have failed', async () => {
    gateway = await Gateway.start();
    const client = await gateway.capturing();
    const { clock } = gateway;
    const now = clock.now.bind(clock);
    // for the frame, and again for the end of its capture
    let failures = 2;
    clock.now = () => {
      if (failures === 0) return now();
      failures -= 1;
      throw new Error('broken by a test');
    };
    client.frame(1);
    await verdictOf(client);
    expect((await exposed()).counted('captures_total')).toEqual({
      '{outcome="rejected",error_code="internal_error"}': 1,
    });
  });

  it('has a series for each code before its first one', async () => {
    gateway = await Gateway.start();
    const before = await exposed();
    for (const error_code of CAPTURE_ERROR_CODES) {
      expect(before.value(`captures_total{outcome="aborted",error_code="${error_code}"}`)).toBe(0);
    }
  });
});

describe('a connection without a capture', () => {
  it('is counted apart when it is closed', async () => {
    gateway = await Gateway.start();
    const [malformed, silent, gone] = [await gateway.connect(), await gateway.connect(), await gateway.connect()];
    malformed.text({ event: 'capture.open' });
    await verdictOf(malformed);
    gone.socket.terminate();
    await gateway.clock.pass(10_050);
    await verdictOf(silent);
    const text = await exposed();
    expect(text.counted('rejected_connections_total')).toEqual({
      '{cause="schema_violation"}': 1,
      '{cause="open_timeout"}': 1,
    });
    expect(text.counted('captures_total')).toEqual({});
  });

  it('that is not let in is counted by the reason', async () => {
    class Nobody extends CaptureAuthorizer {
      async authorize(): Promise<null> {
        return null;
      }
    }
    gateway = await Gateway.start({ max_connections: 1 }, { captureAuthorizer: new Nobody() });
    await upgrade(gateway, {}, '/elsewhere');
    await upgrade(gateway, { Origin: 'https://evil.example' });
    await upgrade(gateway);
    expect((await exposed()).counted('refused_upgrades_total')).toEqual({
      '{reason="no_such_path"}': 1,
      '{reason="origin"}': 1,
      '{reason="no_ticket"}': 1,
    });
  });

  it('that there is no room for is counted by whose room it is', async () => {
    gateway = await Gateway.start({ max_connections: 2, max_connections_per_address: 1 });
    await upgrade(gateway);
    await upgrade(gateway);
    expect((await exposed()).counted('refused_upgrades_total')).toEqual({ '{reason="connections_of_address"}': 1 });
    expect((await exposed()).value('connections')).toBe(1);
    hangUp();
    while ((await exposed()).value('connections') !== 0) await setImmediate();
  });
});

describe('frames', () => {
  it('are counted as they are accepted, and as the extractor owns them', async () => {
    gateway = await Gateway.start();
    gateway.extractor.answers = 'when told';
    const client = await gateway.capturing();
    client.frame(1, jpegOf(1_000));
    await gateway.next('frame_bytes');
    client.frame(2, jpegOf(2_000));
    await gateway.next('frame_bytes');
    const held = await exposed();
    expect(held.counted('accepted_')).toEqual({ frames_total: 2, bytes_total: 3_000 });
    expect(held.counted('forwarded_')).toEqual({});
    expect(held.counted('buffer_')).toEqual({ frames: 2, bytes: 3_000, limit_bytes: 256_000_000 });
    expect(held.value('capture_buffer_limit_frames')).toBe(3);
    expect(held.counted('running_captures')).toEqual({ '{phase="active"}': 1, _limit: 1_000 });

    gateway.extractor.stream.acknowledge();
    await setImmediate();
    expect((await exposed()).counted('forwarded_')).toEqual({ frames_total: 1, bytes_total: 1_000 });
  });

  it('are timed from then till then', async () => {
    gateway = await Gateway.start();
    gateway.extractor.answers = 'when told';
    const client = await gateway.capturing();
    client.frame(1);
    await gateway.next('frame_bytes');
    gateway.clock.advance(20);
    client.frame(2);
    await gateway.next('frame_bytes');
    gateway.clock.advance(20);
    gateway.extractor.stream.acknowledge();
    await setImmediate();
    gateway.clock.advance(300);
    gateway.extractor.stream.acknowledge();
    await setImmediate();
    const timed = await exposed();
    expect(timed.value('forward_duration_seconds_count')).toBe(2);
    expect(timed.value('forward_duration_seconds_sum')).toBeCloseTo(0.04 + 0.32);
    expect(timed.value('forward_duration_seconds_bucket{le="0.025"}')).toBe(0);
    expect(timed.value('forward_duration_seconds_bucket{le="0.05"}')).toBe(1);
  });

  it('that are dropped, or answered when they were given up, are not', async () => {
    gateway = await Gateway.start();
    gateway.extractor.answers = 'when told';
    const client = await gateway.capturing();
    for (const seq of [1, 2]) {
      client.frame(seq);
      await gateway.next('frame_bytes');
    }
    await gateway.clock.pass(3_050);
    await verdictOf(client);
    gateway.extractor.stream.acknowledge();
    await setImmediate();
    const late = await exposed();
    expect(late.counted('accepted_frames')).toEqual({ _total: 2 });
    expect(late.counted('forwarded_frames')).toEqual({});
    expect(late.value('forward_duration_seconds_count')).toBe(0);
  });
});

it('checks of sessions are timed by what came of them', async () => {
  gateway = await Gateway.start();
  gateway.sessions.answers = 'when told';
  for (const status of ['active', 'closed', 'unavailable'] as const) {
    const client = await gateway.connect();
    const asked = gateway.sessions.next();
    client.open({ capture_id: status });
    await asked;
    gateway.clock.advance(30);
    gateway.sessions.answer(status);
    await setImmediate();
  }
  const timed = await exposed();
  for (const result of ['active', 'closed', 'unavailable']) {
    expect(timed.value(`session_check_duration_seconds_count{result="${result}"}`)).toBe(1);
    expect(timed.value(`session_check_duration_seconds_sum{result="${result}"}`)).toBeCloseTo(0.03);
  }
});

describe('no word of a client', () => {
  const MADE_UP = 'made-up';

  it('is in any metric, whatever it says and wherever', async () => {
    gateway = await Gateway.start();
    const ids = { user_id: `${MADE_UP}-user`, session_id: `${MADE_UP}-session`, capture_id: `${MADE_UP}-capture` };
    const named = { Origin: `https://${MADE_UP}.example`, 'User-Agent': MADE_UP };
    await upgrade(gateway, named, `${CAPTURE_PATHS[0]}?${MADE_UP}`);
    await upgrade(gateway, {}, `/${MADE_UP}`);
    await httpAnswer(gateway, `/camera_feed_worker/${MADE_UP}?${MADE_UP}`);
    const traced = { traceparent: MADE_UP, tracestate: `${MADE_UP}=1` };
    const whole = new CaptureSocketClient(gateway.url(), [CAPTURE_SUBPROTOCOL, MADE_UP], traced);
    await whole.opened;
    const open = gateway.resumed();
    whole.open({ ...ids, annotation: { intent: `${MADE_UP} intent` }, source: MADE_UP });
    await open;
    whole.frame(1, jpegOf(), { capture_id: ids.capture_id });
    whole.close({ capture_id: ids.capture_id });
    const says = [
      MADE_UP,
      { event: MADE_UP, error_code: MADE_UP },
      { ...ids, event: 'capture.abort', error_code: MADE_UP },
    ];
    const odd = await Promise.all(says.map(() => gateway.connect()));
    odd.forEach((client, n) => client.text(says[n] ?? ''));
    const aborted = await gateway.connect();
    aborted.open({ ...ids, capture_id: `${MADE_UP}-other`, fps_target: 99 });
    await Promise.all([whole, ...odd, aborted].map(({ closed }) => closed));

    const { text } = await exposed();
    expect(text).toContain('outcome="completed",error_code="none"} 1');
    expect(text).not.toContain(MADE_UP);
    expect(text).not.toContain('127.0.0.1');
  });

  it('adds a series: there are as many after all that as before', async () => {
    gateway = await Gateway.start();
    const series = ({ text }: Exposition): string[] =>
      text
        .split('\n')
        .map((line) => line.replace(/ \S+$/, ''))
        .filter((line) => !line.startsWith('#'));
    const before = series(await exposed());
    const [client, other] = [await gateway.capturing({ user_id: 'u2' }), await gateway.connect()];
    client.frame(7);
    other.text(MADE_UP);
    await Promise.all([verdictOf(client), verdictOf(other)]);
    expect(series(await exposed())).toEqual(before);
  });
});

describe('applications side by side', () => {
  it('count for themselves in one process, and add up like workers of one', async () => {
    gateway = await Gateway.start();
    const other = await Gateway.start();
    try {
      for (const { app, count } of [
        { app: gateway, count: 1 },
        { app: other, count: 2 },
      ]) {
        for (let n = 0; n < count; n++) {
          const client = await app.connect();
          client.open({ fps_target: 30 });
          await verdictOf(client);
        }
      }
      const series = 'captures_total{outcome="aborted",error_code="limit_fps_exceeded"}';
      expect((await exposed()).value(series)).toBe(1);
      expect((await Exposition.of(other.app)).value(series)).toBe(2);

      const registries = [gateway, other].map(({ app }) => app.get(CameraFeedMetrics).registry.getMetricsAsJSON());
      const sum = new Exposition(await AggregatorRegistry.aggregate(await Promise.all(registries)).metrics());
      expect(sum.value(series)).toBe(3);
      expect(sum.value('running_captures_limit')).toBe(2_000);
      expect(sum.value('capture_buffer_limit_frames')).toBe(3);
    } finally {
      await other.stop();
    }
  });
});
