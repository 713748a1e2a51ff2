import { CAPTURE_ERROR_CODES, CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { Cast, type Outgoing, outgoing, readTranscripts } from '@a3cp/conformance';
import { type CaptureSocketClient, closeMessage, metaMessage, openMessage } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type jpegFault } from '../libs/capture-domain/src/encodings/jpeg-header.js';
import { fuzz, FUZZ_TIMEOUT_MS } from './support/fuzz.js';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { clientFrame, type FrameHead, RawWebSocket } from './support/raw-web-socket.js';

/** PROTOCOL.md, "Close codes": those of the table, and those of the transport. */
const DOCUMENTED = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011];

/** A client that gives no code, or no close frame, sees one of these at its own end. */
const OWN_END = [1005, 1006];

describe('the gateway', () => {
  let gateway: Gateway;

  beforeEach(async () => {
    gateway = await start();
  });

  afterEach(() => gateway.stop());

  /** An attacker answers no ping, and is to meet the rules about messages before the one about that. */
  const start = (): Promise<Gateway> => Gateway.start({ heartbeat_interval_ms: 60_000 });

  /** How an attacker goes: it may also stay until the server, in its time, has had enough. */
  const leaves = fc.constantFrom('stays' as const, 'closes' as const, 'is gone' as const);

  /**
   * Does something to the server beside an honest capture, which must be complete all the same; then nothing may be left.
   * The attack says when it is over.
   */
  async function beside(attack: () => Promise<{ over: Promise<unknown> }>): Promise<void> {
    if (gateway.repository.size > 0) {
      // what a case that failed left behind must not be held against those it is shrunk to
      await gateway.stop();
      gateway = await start();
    }
    gateway.extractor.streams.length = 0;
    const honest = await gateway.connect();
    const capture_id = randomUUID();
    honest.open({ capture_id });
    honest.frame(1, jpegOf(), { capture_id });
    const { over } = await attack();
    honest.frame(2, jpegOf(), { capture_id });
    honest.close({ capture_id });
    expect(await honest.closed).toEqual({ code: 1000, reason: 'completed' });
    while (await Promise.race([over.then(() => false), setImmediate(true)])) gateway.clock.advance(1_000);
    await gateway.idle();
    expect(gateway.clock.running).toBe(0);
    for (const { open, ends } of gateway.extractor.streams) expect([open, ends.length]).toEqual([open, 1]);
    const [end] = gateway.extractor.streams.find(({ open }) => open.capture_id === capture_id)?.ends ?? [];
    expect(end).toMatchObject({ event: 'capture.close', frame_count: 2 });
  }

  function expectAbort(text: string): void {
    const { event, error_code } = JSON.parse(text) as Record<string, string>;
    expect(event).toBe('capture.abort');
    expect(CAPTURE_ERROR_CODES).toContain(error_code);
  }

  const truthful: FrameHead = { opcode: 0x1, fin: true, reserved: 0, masked: true, lie: 0 };
  const capture_id = 'fuzzed';
  /** What a message that makes sense somewhere is made of. */
  const message = fc.oneof(
    fc.constant(openMessage({ capture_id })),
    fc.constant(closeMessage({ capture_id })),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.uuid())
      .map(([seq, record_id]) => metaMessage(seq, 1_000, { capture_id, record_id })),
  );
  /** How a capture begins as it should. */
  const BEGINNING = [
    clientFrame(truthful, Buffer.from(JSON.stringify(openMessage({ capture_id })))),
    clientFrame(truthful, Buffer.from(JSON.stringify(metaMessage(1, 1_000, { capture_id })))),
    clientFrame({ ...truthful, opcode: 0x2 }, jpegOf()),
  ];
  const text = message.map((fields) => clientFrame(truthful, Buffer.from(JSON.stringify(fields))));
  const bytes = fc.constant(clientFrame({ ...truthful, opcode: 0x2 }, jpegOf()));
  const head = fc.record({
    opcode: fc.oneof(fc.constantFrom(0x0, 0x1, 0x2, 0x8, 0x9, 0xa), fc.nat(15)),
    fin: fc.boolean(),
    reserved: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
    masked: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    lie: fc.oneof(
      { weight: 8, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -200, max: 400_000 }) },
    ),
  });
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    message.map((fields) => Buffer.from(JSON.stringify(fields))),
    fc
      .tuple(fc.constantFrom(1000, 1001, 1005, 1006, 3000, 4999, 65_535), fc.string({ maxLength: 20 }))
      .map(([code, reason]) => Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)])),
  );
  const anyFrame = fc.tuple(head, payload).map(([fields, content]) => clientFrame(fields, content));
  const piece = fc.oneof(
    { weight: 4, arbitrary: text },
    { weight: 2, arbitrary: bytes },
    { weight: 2, arbitrary: anyFrame },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw)) },
  );
  const stream = fc.record({
    // most begin well, since what comes first decides whether the rest is looked at
    begun: fc.constantFrom(0, 1, 1, 3),
    pieces: fc.array(piece, { minLength: 1, maxLength: 12 }),
    /** Where the stream is cut into writes, and where it ends. */
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
    kept: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    leaves,
  });

  it(
    'stays up, whatever bytes come after the handshake',
    async () => {
      await fuzz('bytes', 0.3, stream, ({ begun, pieces, cuts, kept, leaves: way }) =>
        beside(async () => {
          const whole = Buffer.concat([...BEGINNING.slice(0, begun), ...pieces]);
          const sent = whole.subarray(0, Math.ceil(whole.length * kept));
          const socket = await RawWebSocket.connect(gateway.port, CAPTURE_PATHS[0]);
          const ends = [...cuts.map((cut) => Math.floor(sent.length * cut)).sort((a, b) => a - b), sent.length];
          for (const [index, end] of ends.entries()) socket.write(sent.subarray(ends[index - 1] ?? 0, end));
          if (way === 'closes') socket.end();
          if (way === 'is gone') socket.destroy();
          const over = socket.over.then(() => {
            const { texts, close_codes } = socket.heard();
            texts.forEach(expectAbort);
            expect(close_codes.length).toBeLessThanOrEqual(1);
            // a client that closes first gets its own code back
            for (const code of close_codes)
              expect(DOCUMENTED.includes(code) || code === 1005 || code >= 3000).toBe(true);
            // who stays is told why it must go
            if (way === 'stays') expect(close_codes).toHaveLength(1);
          });
          return { over };
        }),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'stays up, whatever a transcript is made into',
    async () => {
      const transcripts = (await readTranscripts(fileURLToPath(new URL('transcripts', import.meta.url)))).filter(
        // those of very many frames are of one kind, and take their time
        ({ lines }) => !lines.some((line) => 'client' in line && line.client === 'frames'),
      );
      const change = fc.oneof(
        fc.record({ kind: fc.constantFrom('drop' as const, 'repeat' as const, 'cut' as const), at: fc.nat() }),
        fc.record({ kind: fc.constant('swap' as const), at: fc.nat(), with: fc.nat() }),
        fc.record({
          kind: fc.constant('corrupt' as const),
          at: fc.nat(),
          where: fc.nat(),
          into: fc.string({ unit: 'binary', maxLength: 3 }),
        }),
        fc.record({ kind: fc.constant('splice' as const), at: fc.nat(), from: fc.nat() }),
      );
      type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

      function sentBy(index: number, cast: Cast): Outgoing[] {
        const { lines } = transcripts[index % transcripts.length] as (typeof transcripts)[number];
        return lines.flatMap((line) => ('client' in line ? outgoing(line, cast) : []));
      }

      function changed(sent: readonly Outgoing[], step: Change, cast: Cast): Outgoing[] {
        const at = step.at % Math.max(1, sent.length);
        const piece = sent[at];
        if (!piece) return [...sent];
        switch (step.kind) {
          case 'drop':
            return sent.toSpliced(at, 1);
          case 'repeat':
            return sent.toSpliced(at, 0, piece);
          case 'cut':
            return sent.slice(0, at);
          case 'swap': {
            const other = step.with % sent.length;
            return sent.with(at, sent[other] ?? piece).with(other, piece);
          }
          case 'corrupt':
            return sent.with(at, corrupted(piece, step.where, step.into));
          case 'splice':
            return [...sent.slice(0, at), ...sentBy(step.from, cast)];
        }
      }

      const mutated = fc.record({
        transcript: fc.nat(),
        changes: fc.array(change, { minLength: 1, maxLength: 4 }),
        leaves,
      });
      await fuzz('transcripts', 0.3, mutated, ({ transcript, changes, leaves: way }) =>
        beside(async () => {
          const cast = new Cast('u1', 's1');
          const sent = changes.reduce((so_far, step) => changed(so_far, step, cast), sentBy(transcript, cast));
          const client: CaptureSocketClient = await gateway.connect();
          for (const piece of sent) {
            if ('bytes' in piece) client.bytes(piece.bytes);
            else client.text(piece.text);
          }
          if (way === 'closes') client.socket.close();
          if (way === 'is gone') client.socket.terminate();
          const over = client.closed.then(({ code, reason }) => {
            expect(way === 'stays' ? DOCUMENTED : [...DOCUMENTED, ...OWN_END]).toContain(code);
            expect(reason).toMatch(/^$|^completed$|^[a-z_]+: [\x20-\x7e]+$/);
            for (const heard of client.messages) expectAbort(JSON.stringify(heard));
          });
          return { over };
        }),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

function corrupted(piece: Outgoing, where: number, into: string): Outgoing {
  if ('bytes' in piece) {
    const bytes = Buffer.from(piece.bytes);
    if (bytes.length > 0) bytes[where % bytes.length] = into.charCodeAt(0) || 0;
    return { bytes };
  }
  const at = where % (piece.text.length + 1);
  return { text: piece.text.slice(0, at) + into + piece.text.slice(at + into.length), message: null };
}

describe('the JPEG scanner', () => {
  /** The scanner, of a module of its own, since V8 slows a function down for good that has met a Proxy. */
  async function guardedScanner(): Promise<typeof jpegFault> {
    const scanner = '../libs/capture-domain/src/encodings/jpeg-header.js?guarded';
    return ((await import(scanner)) as { jpegFault: typeof jpegFault }).jpegFault;
  }

  /** Bytes that call back when one of them is read, and throw when somebody reads beyond them. */
  function guarded(bytes: Uint8Array, read = (): unknown => undefined): Uint8Array {
    return new Proxy(bytes, {
      get(target, property) {
        const index = typeof property === 'string' ? Number(property) : NaN;
        if (Number.isInteger(index) && index >= target.length)
          throw new Error(`read ${index} of ${target.length} bytes`);
        if (Number.isInteger(index)) read();
        return Reflect.get(target, property, target) as unknown;
      },
    });
  }

  const segment = fc
    .tuple(
      fc.constantFrom(0xc4, 0xdb, 0xe0, 0xe1, 0xfe, 0xff, 0xc0, 0xc2, 0xda, 0xd9, 0x00),
      fc.uint8Array({ maxLength: 20 }),
      fc.integer({ min: -3, max: 3 }),
    )
    .map(([marker, data, lie]) => [0xff, marker, 0, Math.max(0, data.length + 2 + lie), ...data]);
  const frame = fc
    .tuple(fc.integer({ min: 639, max: 641 }), fc.integer({ min: 479, max: 481 }))
    .map(([width, height]) => [
      ...[0xff, width === 640 ? 0xc2 : 0xc0, 0x00, 0x11, 0x08],
      ...[height >> 8, height & 0xff, width >> 8, width & 0xff],
    ]);
  const jpeg = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .tuple(
        fc.array(fc.oneof({ weight: 3, arbitrary: segment }, { weight: 1, arbitrary: frame }), { maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      )
      .map(([segments, kept]) => {
        const whole = [0xff, 0xd8, ...segments.flat()];
        return Uint8Array.from(whole.slice(0, Math.ceil(whole.length * kept)));
      }),
  );

  it(
    'never throws, never reads beyond the end, and speaks its own words',
    async () => {
      const scan = await guardedScanner();
      await fuzz('scanner', 0.4, jpeg, (bytes) => {
        const fault = scan(guarded(bytes), 640, 480);
        expect(fault === null || /^(no )?JPEG [a-z 64]+$/.test(fault)).toBe(true);
      });
    },
    FUZZ_TIMEOUT_MS,
  );

  describe('has a bounded number of steps, whatever 300,000 bytes it is given', () => {
    const repeated =
      (unit: number[], ...before: number[]) =>
      (length: number) =>
        Buffer.alloc(length, Buffer.from(unit)).fill(Buffer.from([0xff, 0xd8, ...before]), 0, 2 + before.length);
    const progressive = [0xff, 0xc2, 0x00, 0x0b, 0x08, 0x01, 0xe0, 0x02, 0x80, 0x01, 0x01, 0x11, 0x00];

    /** How often one scan reads a byte. */
    function reads(scan: typeof jpegFault, bytes: Uint8Array): number {
      let count = 0;
      scan(
        guarded(bytes, () => (count += 1)),
        640,
        480,
      );
      return count;
    }

    it.each([
      ['fill bytes', repeated([0xff])],
      ['empty segments', repeated([0xff, 0xe0, 0x00, 0x02])],
      ['short segments', repeated([0xff, 0xfe, 0x00, 0x03, 0x00])],
      ['zeros', repeated([0x00])],
      ['zeros in a progressive picture', repeated([0x00], ...progressive)],
      ['stuffed zeros in a progressive picture', repeated([0xff, 0x00], ...progressive)],
      ['empty segments in a progressive picture', repeated([0xff, 0xc4, 0x00, 0x02], ...progressive)],
    ])('%s: reads a byte at most four times', async (_what, bytes) => {
      const scan = await guardedScanner();
      expect(reads(scan, bytes(300_000))).toBeLessThanOrEqual(4 * 300_000);
    });
  });
});
