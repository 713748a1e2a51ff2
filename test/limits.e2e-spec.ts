import type { CaptureLimits } from '@a3cp/capture-domain';
import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import { at, type CaptureSocketClient, metaMessage } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { quote } from './support/protocol.js';
import { aborted, COMPLETED, completed, verdictOf } from './support/verdict.js';

let gateway: Gateway;

afterEach(() => gateway.stop());

type MetaOverrides = Parameters<typeof metaMessage>[2];

async function capturing(limits: Partial<CaptureLimits> = {}): Promise<CaptureSocketClient> {
  gateway = await Gateway.start(limits);
  return gateway.capturing();
}

/** Sends a frame and waits until the extractor has acknowledged it, or, if it answers nothing, until it is accepted. */
async function frame(
  client: CaptureSocketClient,
  seq: number,
  byte_length = 1_000,
  overrides?: MetaOverrides,
): Promise<void> {
  const accepted = gateway.next('frame_bytes');
  client.frame(seq, jpegOf(byte_length), overrides);
  await accepted;
}

/** Sends a meta that is refused, and no bytes after it: the verdict is reached before they are read. */
async function refused(
  client: CaptureSocketClient,
  error_code: CaptureErrorCode,
  seq: number,
  byte_length = 1_000,
  overrides?: MetaOverrides,
): Promise<void> {
  const meta = metaMessage(seq, byte_length, overrides);
  client.text(meta);
  expect(await verdictOf(client)).toEqual(aborted(error_code));
  expect(client.messages[0]?.record_id).toBe(meta.record_id);
  expect(gateway.extractor.stream.frames).toHaveLength(seq - 1);
}

describe(quote('event time from `timestamp_start` to each `timestamp_frame` and to `timestamp_end`'), () => {
  it('max_duration_ms: 15,000', async () => {
    const client = await capturing();
    await frame(client, 1, 1_000, { timestamp_frame: at(15_000) });
    client.close({ timestamp_end: at(15_000) });
    expect(await verdictOf(client)).toEqual(COMPLETED);
  });

  it('one more, of a frame', async () => {
    const client = await capturing();
    await refused(client, 'limit_duration_exceeded', 1, 1_000, { timestamp_frame: at(15_001) });
  });

  it('one more, of the close', async () => {
    const client = await capturing();
    client.close({ timestamp_end: at(15_001) });
    expect(await verdictOf(client)).toEqual(aborted('limit_duration_exceeded'));
  });

  it('finer than a millisecond does not count', async () => {
    const client = await capturing();
    client.close({ timestamp_end: '2026-01-01T01:00:15.000999+01:00' });
    expect(await verdictOf(client)).toEqual(COMPLETED);
  });
});

describe(quote("added to `max_duration_ms` on the server's own clock"), () => {
  const limits = { silence_timeout_ms: 60_000 };

  it('max_duration_ms and ingest_grace_ms: 25,000', async () => {
    const client = await capturing(limits);
    await gateway.clock.pass(25_000);
    expect(await completed(client)).toEqual(COMPLETED);
  });

  it('more than that', async () => {
    const client = await capturing(limits);
    await gateway.clock.pass(25_050);
    expect(await verdictOf(client)).toEqual(aborted('limit_duration_exceeded'));
  });
});

describe(quote('`fps_target`, and the real rate of the frames'), () => {
  it.each([1, 15])('max_fps: fps_target %i', async (fps_target) => {
    gateway = await Gateway.start();
    expect(await completed(await gateway.capturing({ fps_target }))).toEqual(COMPLETED);
  });

  it('one more', async () => {
    gateway = await Gateway.start();
    const client = await gateway.connect();
    client.open({ fps_target: 16 });
    expect(await verdictOf(client)).toEqual(aborted('limit_fps_exceeded'));
  });
});

describe(quote('Frame n breaks the rate when n > 15 + 15 x the seconds since the start'), () => {
  /** 15 frames of one moment, as many as a client may be ahead. */
  async function ahead(timestamp_frame?: string): Promise<CaptureSocketClient> {
    const client = await capturing();
    for (let seq = 1; seq <= 15; seq++) await frame(client, seq, 1_000, timestamp_frame ? { timestamp_frame } : {});
    return client;
  }

  describe('by event time', () => {
    it.each([67, 1_000])('frame 16 after %i ms', async (ms) => {
      const client = await ahead(at(0));
      gateway.clock.advance(1_000);
      await frame(client, 16, 1_000, { timestamp_frame: at(ms) });
      expect(await completed(client)).toEqual(COMPLETED);
    });

    it.each([0, 66])('frame 16 after %i ms breaks it', async (ms) => {
      const client = await ahead(at(0));
      gateway.clock.advance(1_000);
      await refused(client, 'limit_fps_exceeded', 16, 1_000, { timestamp_frame: at(ms) });
    });
  });

  describe("by the server's clock", () => {
    it.each([67, 1_000])('frame 16 after %i ms', async (ms) => {
      const client = await ahead();
      gateway.clock.advance(ms);
      await frame(client, 16);
      expect(await completed(client)).toEqual(COMPLETED);
    });

    it.each([0, 66])('frame 16 after %i ms breaks it', async (ms) => {
      const client = await ahead();
      gateway.clock.advance(ms);
      await refused(client, 'limit_fps_exceeded', 16);
    });

    it.each([
      [30, COMPLETED],
      [31, aborted('limit_fps_exceeded')],
    ])(
      `${quote("by the server's clock since the `capture.open` arrived")}: %i frames, 1 s after it`,
      async (frames, verdict) => {
        gateway = await Gateway.start();
        gateway.sessions.answers = 'when told';
        const client = await gateway.connect();
        const asked = gateway.sessions.next();
        client.open();
        await asked;
        gateway.clock.advance(1_000);
        for (let seq = 1; seq <= frames; seq++) client.frame(seq);
        gateway.sessions.answer('active');
        expect(await completed(client)).toEqual(verdict);
      },
    );
  });

  it(quote('A stall followed by a catch-up does not break it.'), async () => {
    const client = await capturing();
    gateway.clock.advance(4_000);
    for (let seq = 1; seq <= 75; seq++) client.frame(seq);
    expect(await completed(client)).toEqual(COMPLETED);
    expect(gateway.extractor.stream.frames).toHaveLength(75);
  });
});

describe(quote('the picture, upright or turned'), () => {
  const RAISED = { max_width: 1_000, max_height: 1_000 };

  it.each<[number, number, Partial<CaptureLimits>]>([
    [640, 480, {}],
    [480, 640, {}],
    [1, 1, {}],
    [1_000, 307, RAISED],
    [960, 320, RAISED],
  ])('%i x %i with %j', async (width, height, limits) => {
    gateway = await Gateway.start(limits);
    const client = await gateway.capturing({ width, height });
    client.frame(1, jpegOf(1_000, width, height));
    expect(await completed(client)).toEqual(COMPLETED);
    expect(gateway.extractor.stream.frames).toMatchObject([{ width, height }]);
  });

  it.each<[number, number, Partial<CaptureLimits>]>([
    [641, 480, {}],
    [640, 481, {}],
    [481, 640, {}],
    [480, 641, {}],
    [641, 1, {}],
    [1, 641, {}],
    [481, 481, {}],
    [961, 320, RAISED],
    [640, 481, RAISED],
    [1_001, 1, RAISED],
  ])('%i x %i with %j is too large', async (width, height, limits) => {
    gateway = await Gateway.start(limits);
    const client = await gateway.connect();
    client.open({ width, height });
    expect(await verdictOf(client)).toEqual(aborted('limit_resolution_exceeded'));
    expect(gateway.extractor.streams).toEqual([]);
  });
});
