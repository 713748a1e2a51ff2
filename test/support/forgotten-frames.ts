import { CaptureService, type LandmarkForwarder } from '@a3cp/capture-domain';
import { CAPTURE_SUBPROTOCOL } from '@a3cp/capture-protocol';
import { type ExtractorStream, LandmarkExtractor } from '@a3cp/landmark-forwarders';
import type { CaptureSocketClient } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { Gateway } from './gateway.js';
import { jpegOf } from './jpeg.js';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

/** More than it takes to find all garbage; what is still there then is held. */
const COLLECTIONS = 10;

/** As many as the forward buffer holds, of a size that has memory of its own and of one that shares a socket's. */
const FRAME_BYTES = [100_000, 5_000, 100_000];

/** Keeps nothing of a frame, and answers when it is told to. */
class ForgetfulExtractor extends LandmarkExtractor {
  readonly events = new EventEmitter<{ frame: []; answer: [] }>();
  answers: 'at once' | 'when told' = 'at once';

  async open(): Promise<ExtractorStream> {
    return { frame: () => this.#answer(), end: () => this.#answer(), lost: () => undefined };
  }

  async #answer(): Promise<void> {
    this.events.emit('frame');
    if (this.answers === 'when told') await once(this.events, 'answer');
  }

  /** Everything that waits, and all that comes. */
  answer(): void {
    this.answers = 'at once';
    this.events.emit('answer');
  }
}

/** One way to the extractor. */
export interface Transport {
  readonly forwarder: LandmarkForwarder;
  /** Breaks every stream there is. */
  cutOff(): Promise<void>;
  stop(): Promise<void>;
}

const extractor = new ForgetfulExtractor();

let transport: Transport;
let gateway: Gateway;
/** Every frame the gateway took, and the memory it lies in. */
let frames: WeakRef<object>[];

async function start(transportOf: (extractor: LandmarkExtractor) => Promise<Transport>): Promise<void> {
  extractor.answers = 'at once';
  transport = await transportOf(extractor);
  gateway = await Gateway.start({}, { landmarkForwarder: () => transport.forwarder });

  frames = [];
  const captures = gateway.app.get(CaptureService);
  const receive = captures.receive.bind(captures);
  captures.receive = (connection_key, event) => {
    if (event.type === 'frame_bytes') frames.push(new WeakRef(event.payload), new WeakRef(event.payload.buffer));
    receive(connection_key, event);
  };
}

/** Memory of the kind of a frame's, that nobody holds. */
function garbage(): WeakRef<object>[] {
  return FRAME_BYTES.map((byte_length) => new WeakRef(Buffer.alloc(byte_length).buffer));
}

/** How many of these are still in memory. */
function held(objects: WeakRef<object>[]): number {
  return objects.filter((object) => object.deref() !== undefined).length;
}

/** Collects garbage until none of these is in memory, which cannot be of what somebody holds. */
async function expectForgotten(objects: WeakRef<object>[]): Promise<void> {
  for (let round = 0; round < COLLECTIONS && held(objects) > 0; round++) {
    // a reference that was looked at holds on to its object until the turn is over
    await setImmediate();
    collectGarbage();
  }
  expect(held(objects)).toBe(0);
}

/** A running capture that has sent all its frames, of which the gateway has decided every one. */
async function capturing(answers: ForgetfulExtractor['answers']): Promise<CaptureSocketClient> {
  extractor.answers = 'at once';
  const client = await gateway.connect(undefined, [CAPTURE_SUBPROTOCOL]);
  client.open();
  await client.heard('capture.opened');
  extractor.answers = answers;
  for (const [index, byte_length] of FRAME_BYTES.entries()) {
    const decided = gateway.next('frame_bytes');
    client.frame(index + 1, jpegOf(byte_length));
    await decided;
  }
  return client;
}

/** Resolves once the gateway knows that the extractor has every frame. */
async function acknowledged(): Promise<void> {
  const missing = (): boolean =>
    [...gateway.repository.all()].some(
      ({ state }) => state.phase === 'active' && state.delivered_frames < FRAME_BYTES.length,
    );
  while (missing()) await setImmediate();
}

/** What of a frame stays in memory with this transport, and for how long. */
export function describeForgottenFrames(
  name: string,
  transportOf: (extractor: LandmarkExtractor) => Promise<Transport>,
): void {
  describe(`over the ${name} transport`, () => {
    beforeEach(() => start(transportOf));

    afterEach(async () => {
      await gateway.stop();
      extractor.answer();
      await transport.stop();
    });

    it('a frame is forgotten once the extractor has acknowledged it, while its capture goes on', async () => {
      const client = await capturing('at once');
      // the first it is told at once, the last in its time
      await client.heard('capture.ack');
      await acknowledged();
      await gateway.clock.pass(1_000);
      await client.heard('capture.ack', 2);
      expect(client.messages.at(-1)).toMatchObject({ seq: FRAME_BYTES.length });

      expect(frames).toHaveLength(2 * FRAME_BYTES.length);
      await expectForgotten(frames);
      expect(gateway.repository.size).toBe(1);
    });

    it('a frame that waits for the one before it is held', async () => {
      await capturing('when told');
      // as many collections as find what nobody holds
      await expectForgotten(garbage());
      expect(held(frames.slice(2))).toBe(2 * (FRAME_BYTES.length - 1));
    });

    describe('with frames that wait, none is held once the capture was', () => {
      const ENDS: [string, (client: CaptureSocketClient) => Promise<void>][] = [
        [
          'closed',
          async (client) => {
            client.close();
            extractor.answer();
            expect((await client.closed).reason).toBe('completed');
          },
        ],
        [
          'aborted',
          async (client) => {
            client.frame(1);
            expect((await client.closed).reason).toMatch(/^protocol_violation/);
            extractor.answer();
          },
        ],
        [
          'malformed',
          async (client) => {
            client.text('hello');
            expect((await client.closed).code).toBe(1003);
            extractor.answer();
          },
        ],
        [
          'disconnected',
          async (client) => {
            client.socket.terminate();
            extractor.answer();
          },
        ],
        [
          'never acknowledged',
          async (client) => {
            // the frame has 3 s, then the end has 3 s
            await gateway.clock.pass(7_000);
            expect((await client.closed).reason).toMatch(/^forward_failed/);
          },
        ],
        [
          'cut off from the extractor',
          async (client) => {
            await transport.cutOff();
            expect((await client.closed).reason).toMatch(/^forward_failed/);
          },
        ],
      ];

      // nothing between the two in one process can break
      const possible = ENDS.filter(([how]) => name !== 'in-process' || how !== 'cut off from the extractor');

      it.each(possible)('%s', async (_how, end) => {
        const client = await capturing('when told');
        await end(client);
        await gateway.idle();

        expect(frames.length).toBeGreaterThanOrEqual(2 * FRAME_BYTES.length);
        await expectForgotten(frames);
      });
    });
  });
}
