import { FakeExtractor, type FakeStream } from '@a3cp/testing';
import { describe, expect, it } from '@jest/globals';
import { eventTime } from '../../../test/support/captures.js';
import type { ForwardItem } from './capture/forward-item.js';
import { type ForwardEvent, ForwardQueue } from './forward-queue.js';
import type { StreamEnd, StreamOpen } from './ports/landmark-forwarder.js';

const CAPTURE = { capture_id: 'c1', user_id: 'u1', session_id: 's1', encoding: 'jpeg', width: 640, height: 480 };

const OPEN: StreamOpen = {
  ...CAPTURE,
  record_id: 'r1',
  schema_version: '1.0.1',
  timestamp_start: eventTime(0),
  fps_target: 15,
};

const END: StreamEnd = {
  event: 'capture.close',
  capture_id: 'c1',
  record_id: 'r9',
  timestamp_end: eventTime(0),
  error_code: null,
  frame_count: 0,
  last_seq: 0,
};

function frame(seq: number): ForwardItem {
  const payload = Buffer.alloc(seq);
  return { ...CAPTURE, seq, timestamp_frame: eventTime(seq), payload, byte_length: payload.length };
}

/** A queue over a stream that answers when told, and what the queue reported. */
async function given(onReport?: (queue: ForwardQueue) => void) {
  const extractor = new FakeExtractor();
  extractor.answers = 'when told';
  await extractor.open(OPEN, new AbortController().signal);
  const { stream } = extractor;
  const reports: ForwardEvent[] = [];
  const faults: unknown[] = [];
  const queue: ForwardQueue = new ForwardQueue(
    stream,
    (event) => {
      reports.push(event);
      onReport?.(queue);
    },
    (error) => faults.push(error),
  );
  return { extractor, stream, queue, reports, faults };
}

/** Lets every promise that can settle do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function raise(error: Error): never {
  throw error;
}

const seqs = (stream: FakeStream) => stream.frames.map(({ seq }) => seq);

describe('given a queue over a stream', () => {
  it('when a frame is pushed, then it goes out at once, as it is', async () => {
    const { stream, queue } = await given();
    const item = frame(1);
    queue.push(item);
    expect(stream.frames[0]).toBe(item);
  });

  it('when frames are pushed, then they go out in order and one at a time', async () => {
    const { stream, queue, reports } = await given();
    for (const seq of [1, 2, 3]) queue.push(frame(seq));
    for (const seq of [1, 2, 3]) {
      await settle();
      expect(seqs(stream)).toEqual([1, 2, 3].slice(0, seq));
      expect(reports).toHaveLength(seq - 1);
      stream.acknowledge();
    }
    await settle();
    expect(reports).toEqual([1, 2, 3].map((byte_length) => ({ type: 'forward.settled', byte_length })));
  });

  it('when it is stopped, then the one in flight still reports and the frames that wait are dropped, each a failure', async () => {
    const { stream, queue, reports } = await given();
    for (const seq of [1, 2, 3]) queue.push(frame(seq));
    queue.stop();
    stream.acknowledge();
    await settle();
    queue.push(frame(4));
    await settle();
    expect(seqs(stream)).toEqual([1]);
    const failed = { type: 'forward.failed' };
    expect(reports).toEqual([{ type: 'forward.settled', byte_length: 1 }, failed, failed, failed]);
  });

  it('when it is stopped between two frames, then the second is reported, since none is in flight', async () => {
    const { stream, queue, reports } = await given((stopped) => stopped.stop());
    queue.push(frame(1));
    queue.push(frame(2));
    stream.acknowledge();
    await settle();
    expect(reports).toEqual([{ type: 'forward.settled', byte_length: 1 }, { type: 'forward.failed' }]);
    expect(seqs(stream)).toEqual([1]);
  });

  it('when a frame is refused, then it is reported before the next goes out, so that it may be stopped', async () => {
    const { stream, queue, reports } = await given((stopped) => stopped.stop());
    queue.push(frame(1));
    queue.push(frame(2));
    stream.refuse();
    await settle();
    expect(reports).toEqual([{ type: 'forward.failed' }, { type: 'forward.failed' }]);
    expect(seqs(stream)).toEqual([1]);
  });

  it('when a transport throws instead of rejecting, then that is a failure too', async () => {
    const { stream, queue, reports } = await given();
    stream.forward = () => {
      throw new Error('a transport in a hurry');
    };
    queue.push(frame(1));
    await settle();
    expect(reports).toEqual([{ type: 'forward.failed' }]);
  });

  it('when the stream breaks while nothing is sent, then that is reported', async () => {
    const { stream, reports } = await given();
    stream.break();
    await settle();
    expect(reports).toEqual([{ type: 'forward.failed' }]);
  });

  it('when a transport rejects its failed instead of resolving it, then that is the same', async () => {
    const { stream } = await given();
    const reports: ForwardEvent[] = [];
    const failed = Promise.reject(new Error('a transport that had it the other way round'));
    new ForwardQueue(
      { forward: (item) => stream.forward(item), end: (end) => stream.end(end), failed },
      (event) => reports.push(event),
      () => undefined,
    );
    await settle();
    expect(reports).toEqual([{ type: 'forward.failed' }]);
  });

  describe.each([
    ['throws', (error: Error) => () => raise(error)],
    ['rejects', (error: Error) => () => Promise.reject(error)],
  ])('when a transport %s', (_how, fail) => {
    const error = new Error('out of memory');

    it('at a frame, then the frame fails and the error is reported as a fault', async () => {
      const { stream, queue, reports, faults } = await given();
      stream.forward = fail(error);
      queue.push(frame(1));
      await settle();
      expect([reports, faults]).toEqual([[{ type: 'forward.failed' }], [error]]);
    });

    it('at the end, then the end fails and the error is reported as a fault', async () => {
      const { stream, queue, reports, faults } = await given();
      stream.end = fail(error);
      queue.end(END);
      await settle();
      expect([reports, faults]).toEqual([[{ type: 'end.failed' }], [error]]);
    });
  });

  it.each([
    ['acknowledges', 'end.settled'],
    ['refuses', 'end.failed'],
  ])('when the extractor %s the end, then %s is reported', async (answer, type) => {
    const { stream, queue, reports } = await given();
    queue.end(END);
    expect(stream.ends).toEqual([END]);
    expect(reports).toEqual([]);
    if (answer === 'acknowledges') stream.acknowledge();
    else stream.refuse();
    await settle();
    expect(reports).toEqual([{ type }]);
  });

  it('when the end goes out, then what the extractor never answered is given up, and what waited behind it', async () => {
    const { stream, queue, reports } = await given();
    queue.push(frame(1));
    queue.push(frame(2));
    queue.end(END);
    await settle();
    expect(reports).toEqual([{ type: 'forward.failed' }, { type: 'forward.failed' }]);
    expect(stream.calls).toEqual(['frame', 'end']);
  });

  it('when it is stopped, then the end still goes out', async () => {
    const { stream, queue } = await given();
    queue.stop();
    queue.end(END);
    expect(stream.ends).toEqual([END]);
  });
});
