import { type LandmarkForwarder, type StreamEnd, StreamRefused } from '@a3cp/capture-domain';
import { type LandmarkExtractor, Nak } from '@a3cp/landmark-forwarders';
import { ScriptedExtractor } from '@a3cp/testing';
import { describe, expect, it } from '@jest/globals';
import { quote } from './protocol.js';
import { END, frame, OPEN } from './stream-messages.js';

/**
 * What every transport keeps, whichever carries the frames.
 *
 * @param start the gateway's end of a transport to this extractor
 * @param settled resolves once everything that was sent has arrived
 * @param passSecond lets a second pass, where the transport asks the extractor something in its own time
 */
export function describeTransport(
  name: string,
  start: (extractor: LandmarkExtractor) => Promise<LandmarkForwarder>,
  settled: () => Promise<void>,
  passSecond: () => Promise<unknown> = () => Promise.resolve(),
): void {
  describe(`the ${name} transport`, () => {
    it('carries open, frames and end as they are', async () => {
      const extractor = new ScriptedExtractor();
      const forwarder = await start(extractor);
      const stream = await forwarder.open(OPEN, new AbortController().signal);
      await stream.forward(frame(1));
      await stream.forward(frame(2));
      await stream.end(END);
      expect(extractor.opens).toEqual([OPEN]);
      expect(extractor.frames).toEqual([frame(1), frame(2)]);
      expect(extractor.ends).toEqual([END]);
    });

    it(
      quote('The acknowledgement means that the extractor owns the frame and the gateway may forget it.'),
      async () => {
        const extractor = new ScriptedExtractor();
        const stream = await (await start(extractor)).open(OPEN, new AbortController().signal);
        let own = (): void => undefined;
        extractor.onFrame = () => new Promise((resolve) => (own = resolve));
        let acknowledged = false;
        const arrived = extractor.next('frame');
        const forwarded = stream.forward(frame(1)).then(() => (acknowledged = true));
        await arrived;
        expect(acknowledged).toBe(false);
        own();
        await forwarded;
        expect(acknowledged).toBe(true);
      },
    );

    it('rejects an open that is refused', async () => {
      const extractor = new ScriptedExtractor();
      extractor.onOpen = () => Promise.reject(new Nak('busy'));
      await expect((await start(extractor)).open(OPEN, new AbortController().signal)).rejects.toThrow();
    });

    it.each(['duplicate_capture', 'share_exceeded'] as const)('says why an open is refused with %s', async (code) => {
      const extractor = new ScriptedExtractor();
      extractor.onOpen = () => Promise.reject(new Nak(code));
      const opening = (await start(extractor)).open(OPEN, new AbortController().signal);
      await expect(opening).rejects.toEqual(new StreamRefused(code));
      // asked once: the answer would not be another one
      expect(extractor.opens).toHaveLength(1);
    });

    it('rejects a frame that is refused, and still takes the end', async () => {
      const extractor = new ScriptedExtractor();
      const stream = await (await start(extractor)).open(OPEN, new AbortController().signal);
      extractor.onFrame = () => Promise.reject(new Nak('frame_undecodable'));
      await expect(stream.forward(frame(1))).rejects.toThrow();
      const end: StreamEnd = {
        ...END,
        event: 'capture.abort',
        error_code: 'forward_failed',
        frame_count: 0,
        last_seq: 0,
      };
      await stream.end(end);
      expect(extractor.ends).toEqual([end]);
    });

    it('fails where the extractor finds a broken picture between two calls, and still takes the end', async () => {
      const extractor = new ScriptedExtractor();
      const stream = await (await start(extractor)).open(OPEN, new AbortController().signal);
      await stream.forward(frame(1));
      extractor.fail('frame_undecodable');
      await Promise.all([stream.failed, passSecond()]);
      await expect(stream.forward(frame(2))).rejects.toThrow();
      const end: StreamEnd = { ...END, event: 'capture.abort', error_code: 'forward_failed' };
      await stream.end(end);
      expect([extractor.ends, extractor.lost]).toEqual([[end], 0]);
    });

    it('rejects the frame in flight where the extractor finds a broken picture, and still takes the end', async () => {
      const extractor = new ScriptedExtractor();
      const stream = await (await start(extractor)).open(OPEN, new AbortController().signal);
      await stream.forward(frame(1));
      extractor.onFrame = () => new Promise(() => undefined);
      const arrived = extractor.next('frame');
      const refused = expect(stream.forward(frame(2))).rejects.toThrow();
      await arrived;
      extractor.fail('frame_undecodable');
      await refused;
      const end: StreamEnd = { ...END, event: 'capture.abort', error_code: 'forward_failed' };
      await stream.end(end);
      expect([extractor.ends, extractor.lost]).toEqual([[end], 0]);
    });

    it('rejects an end that is refused', async () => {
      const extractor = new ScriptedExtractor();
      const stream = await (await start(extractor)).open(OPEN, new AbortController().signal);
      extractor.onEnd = () => Promise.reject(new Nak('unknown_capture'));
      await expect(stream.end(END)).rejects.toThrow();
    });

    it('tells the extractor of a stream that is let go without its end', async () => {
      const extractor = new ScriptedExtractor();
      const lifetime = new AbortController();
      const stream = await (await start(extractor)).open(OPEN, lifetime.signal);
      await stream.forward(frame(1));
      const lost = extractor.next('lost');
      lifetime.abort();
      await lost;
      expect(extractor.lost).toBe(1);
    });

    it('tells the extractor of an open that is given up', async () => {
      const extractor = new ScriptedExtractor();
      let accept = (): void => undefined;
      extractor.onOpen = () => new Promise((resolve) => (accept = resolve));
      const lifetime = new AbortController();
      const asked = extractor.next('open');
      const opening = (await start(extractor)).open(OPEN, lifetime.signal);
      await asked;
      const lost = extractor.next('lost');
      lifetime.abort();
      accept();
      await expect(opening).rejects.toThrow();
      await lost;
    });

    it('rejects an open that is given up, also where the extractor never answers', async () => {
      const extractor = new ScriptedExtractor();
      extractor.onOpen = () => new Promise(() => undefined);
      const lifetime = new AbortController();
      const asked = extractor.next('open');
      const opening = (await start(extractor)).open(OPEN, lifetime.signal);
      await asked;
      lifetime.abort();
      await expect(opening).rejects.toThrow();
    });

    it('asks no extractor for what is given up already', async () => {
      const extractor = new ScriptedExtractor();
      const forwarder = await start(extractor);
      await expect(forwarder.open(OPEN, AbortSignal.abort())).rejects.toThrow();
      expect(extractor.opens).toEqual([]);
    });

    it('tells the extractor of no loss after the end', async () => {
      const extractor = new ScriptedExtractor();
      const lifetime = new AbortController();
      const stream = await (await start(extractor)).open(OPEN, lifetime.signal);
      await stream.end(END);
      lifetime.abort();
      await settled();
      expect(extractor.lost).toBe(0);
    });
  });
}
