import type { LandmarkForwarder } from '@a3cp/capture-domain';
import { ReferenceExtractor } from '@a3cp/landmark-extractor';
import { type LandmarkExtractor, Nak, type NakCode } from '@a3cp/landmark-forwarders';
import { type CaptureSocketClient, ScriptedExtractor } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Extractor } from './extractor.js';
import { Gateway } from './gateway.js';
import { jpegOf } from './jpeg.js';
import { quote } from './protocol.js';
import { OPEN } from './stream-messages.js';

const CODES: readonly NakCode[] = ['busy', 'unknown_capture', 'bad_seq', 'length_mismatch', 'frame_undecodable'];

/** Where a refusal does not say more, the client is told the same, whenever it came. */
const FAILED = { code: 1000, reason: 'forward_failed: the extractor failed' };

/**
 * What a client is told of a `nak`, whichever transport carries it.
 *
 * @param start the gateway's end of a transport to this extractor
 * @param passSecond lets a second pass, where the transport asks the extractor something in its own time
 */
export function describeRefusals(
  name: string,
  start: (extractor: LandmarkExtractor) => Promise<LandmarkForwarder>,
  passSecond: () => Promise<unknown> = () => Promise.resolve(),
): void {
  describe(`a nak over the ${name} transport`, () => {
    let gateway: Gateway | null = null;

    afterEach(async () => {
      await gateway?.stop();
      gateway = null;
    });

    async function connect(extractor: LandmarkExtractor): Promise<CaptureSocketClient> {
      gateway = await Gateway.start({}, { landmarkForwarder: await start(extractor) });
      return gateway.connect();
    }

    async function capturing(extractor: LandmarkExtractor): Promise<CaptureSocketClient> {
      gateway = await Gateway.start({}, { landmarkForwarder: await start(extractor) });
      return gateway.capturing();
    }

    it.each([
      ['busy', 'forward_failed: the extractor refused the capture'],
      ['duplicate_capture', 'protocol_violation: capture_id was used before'],
      ['share_exceeded', 'limit_concurrent_captures_exceeded: the extractor has too many of this user or session'],
    ] as const)('%s in answer to the open is told as %s', async (code, reason) => {
      const extractor = new ScriptedExtractor();
      extractor.onOpen = () => Promise.reject(new Nak(code));
      const client = await connect(extractor);
      client.open();
      expect(await client.closed).toEqual({ code: 1000, reason });
      expect([extractor.opens.length, extractor.ends]).toEqual([1, []]);
    });

    it.each(CODES)('%s in answer to a frame fails the capture, and the end follows', async (code) => {
      const extractor = new ScriptedExtractor();
      extractor.onFrame = () => Promise.reject(new Nak(code));
      const client = await capturing(extractor);
      const ended = extractor.next('end');
      client.frame(1, jpegOf());
      expect(await client.closed).toEqual(FAILED);
      await ended;
      expect(extractor.ends).toMatchObject([{ event: 'capture.abort', error_code: 'forward_failed', frame_count: 0 }]);
    });

    it('between two requests fails the capture, and the end follows', async () => {
      const extractor = new ScriptedExtractor();
      const client = await capturing(extractor);
      const ended = extractor.next('end');
      extractor.fail('frame_undecodable');
      await passSecond();
      expect(await client.closed).toEqual(FAILED);
      await ended;
      expect(extractor.ends).toMatchObject([{ event: 'capture.abort', error_code: 'forward_failed', frame_count: 0 }]);
    });

    it.each(CODES)('%s in answer to the end fails the capture, and nothing follows', async (code) => {
      const extractor = new ScriptedExtractor();
      extractor.onEnd = () => Promise.reject(new Nak(code));
      const client = await capturing(extractor);
      client.close();
      expect(await client.closed).toEqual(FAILED);
      expect(client.messages).toMatchObject([{ event: 'capture.abort', error_code: 'forward_failed' }]);
      expect(extractor.ends).toHaveLength(1);
    });
  });

  describe(`the reference extractor over the ${name} transport`, () => {
    it(
      quote('an open for a `capture_id` that runs | `nak` `duplicate_capture`, also if it has the same owner'),
      async () => {
        const { app } = await Extractor.start();
        const forwarder = await start(app.get(ReferenceExtractor));
        const forever = new AbortController().signal;
        const stream = await forwarder.open(OPEN, forever);
        await expect(forwarder.open(OPEN, forever)).rejects.toThrow('duplicate_capture');
        await expect(forwarder.open({ ...OPEN, user_id: 'u2' }, forever)).rejects.toThrow('duplicate_capture');
        // the first capture is as it was
        await stream.end({
          event: 'capture.close',
          capture_id: OPEN.capture_id,
          record_id: OPEN.record_id,
          timestamp_end: OPEN.timestamp_start,
          error_code: null,
          frame_count: 0,
          last_seq: 0,
        });
        const next = await forwarder.open(OPEN, forever);
        expect(next).toBeDefined();
        await app.close();
      },
    );
  });
}
