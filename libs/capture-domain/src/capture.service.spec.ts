import { FakeExtractor, FakeSessionManager } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { jpegOf } from '../../../test/support/jpeg.js';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { quote } from '../../../test/support/protocol.js';
import { CaptureClaims, type CaptureClaim, type ClaimAnswer } from './ports/capture-claims.js';
import type { CaptureNotice, CaptureOutcome } from './capture/effect.js';
import type { ClientEvent } from './capture/event.js';
import { captureLimits } from './capture/limits.js';
import type { CaptureOpen } from './capture/message.js';
import { CaptureRepository } from './capture.repository.js';
import { CaptureService } from './capture.service.js';
import { ClaimLedger } from './claims/claim-ledger.js';
import type { PortWatch } from './watching/port-watch.js';

// two such frames fill the forward buffer to its last byte
const LIMITS = captureLimits({ max_frame_bytes: 500_000 });

const START = Date.UTC(2026, 0, 1);

/** Lets every promise that can settle do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function world({ limits = LIMITS, chance = (): number => 0.5, claims = null as CaptureClaims | null } = {}) {
  const clock = new ManualClock();
  const extractor = new FakeExtractor();
  const sessions = new FakeSessionManager();
  const repository = new CaptureRepository();
  const ports = { failed: jest.fn<PortWatch['failed']>(), answered: jest.fn<PortWatch['answered']>() };
  const service = new CaptureService(repository, extractor, sessions, limits, clock, chance, claims, ports);
  return { clock, extractor, sessions, repository, service, ports };
}

let next_record = 0;

/** A client that knows the protocol, and breaks it when told to. */
class Client {
  readonly outcomes: CaptureOutcome[] = [];
  readonly notices: CaptureNotice[] = [];
  readonly key: number;
  gone = false;
  accepted_frames = 0;
  announced = 0;

  constructor(
    private readonly service: CaptureService,
    private readonly clock: ManualClock,
    private readonly capture_id: string,
    stepped = (): void => undefined,
  ) {
    this.key = service.connect(
      {
        notified: (notice) => this.notices.push(notice),
        finished: (outcome) => this.outcomes.push(outcome),
        ready: () => undefined,
        heard: () => false,
      },
      { grant: null, countOpen: () => 1, watch: { traceparent: null, stepped } },
    );
  }

  get open(): CaptureOpen {
    return {
      schema_version: '1.0.1',
      ...this.#correlation(),
      user_id: 'u1',
      session_id: 's1',
      modality: null,
      timestamp_start: new Date(START),
      fps_target: 15,
      width: 640,
      height: 480,
      encoding: 'jpeg',
    };
  }

  meta(byte_length = 200_000, seq = this.accepted_frames + 1): void {
    this.announced = byte_length;
    const timestamp_frame = new Date(START + seq * 66);
    this.#send({ type: 'capture.frame_meta', message: { ...this.#correlation(), seq, timestamp_frame, byte_length } });
  }

  bytes(length = this.announced): void {
    const payload = jpegOf(Math.max(length, 20)).subarray(0, length);
    if (this.#send({ type: 'frame_bytes', payload })) this.accepted_frames += 1;
  }

  close(): void {
    const timestamp_end = new Date(START + this.accepted_frames * 66);
    this.#send({ type: 'capture.close', message: { ...this.#correlation(), timestamp_end } });
  }

  start(): void {
    this.#send({ type: 'capture.open', message: this.open });
  }

  malformed(): void {
    this.#send({ type: 'malformed', cause: 'schema_violation', reason: 'message must be an object' });
  }

  leave(how: 'disconnected' | 'oversized'): void {
    this.gone = true;
    this.service.receive(this.key, { type: how });
  }

  /** As the gateway does: a message is handed over only when it may be decided. */
  #send(event: ClientEvent): boolean {
    if (this.gone || this.outcomes.length > 0 || !this.service.accepts(this.key)) return false;
    this.service.receive(this.key, event);
    return this.outcomes.length === 0;
  }

  #correlation() {
    next_record += 1;
    const record_id = `00000000-0000-4000-8000-${String(next_record).padStart(12, '0')}`;
    return { record_id, capture_id: this.capture_id, user_id: 'u1', session_id: 's1' };
  }
}

let logged: jest.SpiedFunction<Logger['error']>;

beforeEach(() => {
  logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  logged.mockRestore();
});

const REFUSED: ClaimAnswer = { error_code: 'limit_concurrent_captures_exceeded', reason: 'limit 2 for one session' };

/** The claims of all processes, whose every answer a test decides. */
class ClaimsWhenTold extends CaptureClaims {
  /** Made and not let go. */
  claimed = 0;
  readonly #pending: ((answer: ClaimAnswer | 'unavailable') => void)[] = [];

  claim(_claim: CaptureClaim, signal: AbortSignal): Promise<ClaimAnswer> {
    this.claimed += 1;
    signal.addEventListener('abort', () => (this.claimed -= 1));
    return new Promise((resolve, reject) => {
      this.#pending.push((answer) => (answer === 'unavailable' ? reject(new Error('nobody knows')) : resolve(answer)));
    });
  }

  /** Answers the oldest claim that waits. */
  answer(answer: ClaimAnswer | 'unavailable'): void {
    this.#pending.shift()?.(answer);
  }
}

// mostly one client, so that its capture gets far; now and then the others
const who = fc.constantFrom(0, 0, 0, 0, 1, 2);

const step = fc.oneof(
  // mostly what a client of good will does, so that captures get far
  {
    weight: 10,
    arbitrary: fc.record({ act: fc.constantFrom('start' as const, 'run' as const, 'finish' as const), who }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant('frames' as const),
      who,
      count: fc.integer({ min: 1, max: 5 }),
      size: fc.constantFrom(100, 300_000, LIMITS.max_frame_bytes),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constantFrom('meta' as const, 'bytes' as const, 'close' as const), who }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom(
        'wrong seq' as const,
        'wrong length' as const,
        'malformed' as const,
        'disconnect' as const,
        'oversized' as const,
        'fault' as const,
      ),
      who,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ act: fc.constantFrom('acknowledge' as const, 'accept open' as const), who }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constantFrom('refuse' as const, 'break' as const, 'refuse open' as const),
      who,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('session' as const),
      status: fc.oneof(
        { weight: 6, arbitrary: fc.constant('active' as const) },
        { weight: 1, arbitrary: fc.constantFrom('closed' as const, 'invalid' as const, 'unavailable' as const) },
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constant('time' as const), ms: fc.constantFrom(1, 50, 100, 300, 1_100) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('time' as const), ms: fc.nat(20_000) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('claim' as const),
      answer: fc.oneof(
        { weight: 6, arbitrary: fc.constant('granted' as const) },
        { weight: 1, arbitrary: fc.constantFrom(REFUSED, 'unavailable' as const) },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom('session ends' as const, 'drain' as const) }) },
);

describe('given 1,000 captures that began together', () => {
  it(quote('so that captures that began together do not ask together'), async () => {
    let drawn = 0;
    const limits = captureLimits({
      max_concurrent_captures_per_user: 1_000,
      max_concurrent_captures_per_session: 1_000,
    });
    // as evenly as chance is in the long run
    const { clock, sessions, service } = world({ limits, chance: () => (drawn++ * 0.618) % 1 });
    for (let n = 0; n < 1_000; n++) new Client(service, clock, `c${n}`).start();
    await settle();
    await settle();
    expect(sessions.asked).toBe(1_000);

    const together: number[] = [];
    for (let ms = 0; ms < 5_000; ms += 50) {
      const before = sessions.asked;
      clock.advance(50);
      await settle();
      together.push(sessions.asked - before);
    }

    expect(sessions.asked).toBe(2_000);
    expect(Math.max(...together)).toBeLessThan(30);
  });
});

/** The claims of a process, kept where those of others are; or in nobody's keeping. */
class ClaimsOf extends CaptureClaims {
  keeper: 'there' | 'silent' | 'broken' = 'there';

  constructor(
    private readonly process: string,
    private readonly ledger: ClaimLedger<string>,
  ) {
    super();
  }

  async claim(claim: CaptureClaim, signal: AbortSignal): Promise<ClaimAnswer> {
    signal.addEventListener('abort', () => this.ledger.release(this.process, claim.capture_id));
    if (this.keeper === 'broken') throw new Error('nobody knows');
    if (this.keeper === 'silent') return new Promise(() => undefined);
    return this.ledger.claim(this.process, claim, LIMITS);
  }
}

describe('given two processes of one gateway', () => {
  function twoProcesses() {
    const ledger = new ClaimLedger<string>();
    const claims = [new ClaimsOf('w1', ledger), new ClaimsOf('w2', ledger)] as const;
    const worlds = [world({ claims: claims[0] }), world({ claims: claims[1] })] as const;
    const open = async (index: 0 | 1, capture_id: string): Promise<Client> => {
      const client = new Client(worlds[index].service, worlds[index].clock, capture_id);
      client.start();
      await settle();
      return client;
    };
    return { ledger, claims, worlds, open };
  }

  it('when both capture the same capture_id, then the second is refused before its extractor hears of it', async () => {
    const { worlds, open } = twoProcesses();
    const first = await open(0, 'c1');
    const second = await open(1, 'c1');
    expect(second.outcomes).toMatchObject([{ kind: 'aborted', error_code: 'protocol_violation' }]);
    expect(worlds[1].extractor.streams).toEqual([]);
    first.close();
    await settle();
    expect((await open(1, 'c1')).outcomes).toEqual([]);
  });

  it('when a capture ends, in whichever way, then its claim is let go', async () => {
    const { ledger, open } = twoProcesses();
    for (const leave of ['close', 'malformed', 'disconnected'] as const) {
      const client = await open(0, 'c1');
      expect(ledger.size).toBe(1);
      if (leave === 'disconnected') client.leave(leave);
      else client[leave]();
      await settle();
      expect(ledger.size).toBe(0);
    }
  });

  it('when the keeper of the claims breaks, then captures go on at once', async () => {
    const { claims, worlds, open } = twoProcesses();
    claims[0].keeper = 'broken';
    await open(0, 'c1');
    expect(worlds[0].extractor.streams).toHaveLength(1);
  });

  it('when the keeper of the claims is silent, then captures go on after claim_timeout_ms', async () => {
    const { claims, worlds, open } = twoProcesses();
    claims[0].keeper = 'silent';
    await open(0, 'c1');
    expect(worlds[0].extractor.streams).toHaveLength(0);
    worlds[0].clock.advance(LIMITS.claim_timeout_ms + 50);
    await settle();
    expect(worlds[0].extractor.streams).toHaveLength(1);
  });
});

it('when a client cannot be told of its end, then its capture is let go all the same', async () => {
  const { clock, extractor, repository, service } = world();
  extractor.opens = 'refused';
  let lifetime: AbortSignal | undefined;
  const open = extractor.open.bind(extractor);
  extractor.open = (stream, signal) => open(stream, (lifetime = signal));
  const client = new Client(service, clock, 'c1');
  client.outcomes.push = () => {
    throw new Error('the socket failed');
  };
  client.start();
  await settle();

  expect([repository.size, lifetime?.aborted, clock.running]).toEqual([0, true, 0]);
  expect(logged).toHaveBeenCalled();
  await service.drain();
});

it('when an observer of a capture fails, then the capture goes on to its end all the same', async () => {
  const { clock, extractor, repository, service } = world();
  const client = new Client(service, clock, 'c1', () => {
    throw new Error('the exporter failed');
  });
  client.start();
  await settle();
  client.meta(100);
  client.bytes();
  await settle();
  client.close();
  await settle();

  expect(client.outcomes).toMatchObject([{ kind: 'completed', frame_count: 1 }]);
  expect(extractor.stream.ends).toMatchObject([{ event: 'capture.close', frame_count: 1 }]);
  expect([repository.size, clock.running]).toEqual([0, 0]);
  expect(logged).toHaveBeenCalled();
});

describe('whatever client, extractor, session_manager and time do', () => {
  it(
    quote('exactly once for every capture whose open the extractor accepted, after its last frame, whatever happened'),
    async () => {
      let completed = 0;
      await fc.assert(
        fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 10, maxLength: 80 }), async (same_id, steps) => {
          const claims = new ClaimsWhenTold();
          const { clock, extractor, sessions, repository, service } = world({ claims });
          extractor.answers = 'when told';
          extractor.opens = 'when told';
          sessions.answers = 'when told';
          logged.mockClear();
          let faults = 0;
          const clients = ['a', 'b', 'c'].map((id) => new Client(service, clock, same_id ? 'same' : id));

          for (const { act, ...how } of steps) {
            const who = 'who' in how ? how.who : 0;
            const client = clients[who] as Client;
            const stream = extractor.streams[who];
            if (act === 'start') client.start();
            else if (act === 'run') {
              client.start();
              await settle();
              sessions.answer('active');
              await settle();
              claims.answer('granted');
              await settle();
              extractor.acceptOpen();
            } else if (act === 'finish') {
              client.close();
              // every frame that may wait, then the end
              for (let answer = 0; answer <= LIMITS.max_forward_buffer_frames; answer++) {
                stream?.acknowledge();
                await settle();
              }
            } else if (act === 'frames' && 'count' in how) {
              for (let frame = 0; frame < how.count; frame++) {
                client.meta(how.size);
                client.bytes();
              }
            } else if (act === 'meta') client.meta();
            else if (act === 'bytes') client.bytes();
            else if (act === 'close') client.close();
            else if (act === 'wrong seq') client.meta(1_000, client.accepted_frames + 2);
            else if (act === 'wrong length') client.bytes(client.announced + 1);
            else if (act === 'malformed') client.malformed();
            else if (act === 'disconnect') client.leave('disconnected');
            else if (act === 'oversized') client.leave('oversized');
            else if (act === 'fault') {
              if (repository.find(client.key)) faults += 1;
              service.fail(client.key, new Error('a fault of ours'));
            } else if (act === 'acknowledge') stream?.acknowledge();
            else if (act === 'refuse') stream?.refuse();
            else if (act === 'break') stream?.break();
            else if (act === 'accept open') extractor.acceptOpen();
            else if (act === 'refuse open') extractor.refuseOpen();
            else if (act === 'session' && 'status' in how) sessions.answer(how.status);
            else if (act === 'claim' && 'answer' in how) claims.answer(how.answer);
            else if (act === 'session ends') service.closeSession('u1', 's1');
            else if (act === 'time' && 'ms' in how) clock.advance(how.ms);
            else if (act === 'drain') void service.drain();
            await settle();

            for (const { state } of repository.all()) {
              if (state.phase !== 'active' && state.phase !== 'closing') continue;
              const seen = extractor.streams.find(({ open }) => open.record_id === state.open.record_id);
              expect(state.buffered_frames).toBeLessThanOrEqual(LIMITS.max_forward_buffer_frames);
              expect(state.buffered_bytes).toBeLessThanOrEqual(LIMITS.max_forward_buffer_bytes);
              expect(state.buffered_bytes > 0).toBe(state.buffered_frames > 0);
              expect(seen?.acknowledged_frames).toBe(state.delivered_frames);
            }
          }

          // nobody answers any more: every timer there is must bring everything to its end
          for (let second = 0; second < 60; second++) {
            clock.advance(1_000);
            await settle();
          }
          expect([repository.size, repository.held_bytes, claims.claimed, clock.running]).toEqual([0, 0, 0, 0]);
          // one line a minute
          expect(logged.mock.calls.length > 0).toBe(faults > 0);
          expect(logged.mock.calls.length).toBeLessThanOrEqual(faults);
          for (const { outcomes, notices, accepted_frames, gone } of clients) {
            expect(outcomes.length).toBeLessThanOrEqual(1);
            const acks = notices.flatMap((notice) => (notice.kind === 'acknowledged' ? [notice.seq] : []));
            expect(acks).toEqual([...new Set(acks)].sort((a, b) => a - b));
            expect(acks.at(-1) ?? 0).toBeLessThanOrEqual(accepted_frames);
            if (!gone) expect(outcomes).toHaveLength(1);
          }
          for (const stream of extractor.streams) {
            expect(stream.ends).toHaveLength(1);
            expect(stream.frames.map(({ seq }) => seq)).toEqual(stream.frames.map((_, index) => index + 1));
            expect(stream.calls.at(-1)).toBe('end');
            expect(stream.ends[0]?.frame_count).toBe(stream.acknowledged_at_end);
            expect(stream.ends[0]?.last_seq).toBe(stream.acknowledged_at_end);
          }
          const closes = extractor.streams.filter(({ ends }) => ends[0]?.event === 'capture.close');
          for (const stream of closes) expect(stream.acknowledged_frames).toBe(stream.frames.length);
          const receipts = clients.filter(({ outcomes }) => outcomes[0]?.kind === 'completed').length;
          expect(receipts).toBeLessThanOrEqual(closes.length);
          completed += receipts;
        }),
        { numRuns: 1_000 },
      );
      // the game is worth nothing if no capture ever gets through
      expect(completed).toBeGreaterThan(0);
    },
  );
});
