import { describe, expect, it } from '@jest/globals';
import { EVENTS, eventTime, freshRecord, PlayedCapture, SITUATIONS } from '../../../../test/support/captures.js';
import type { CaptureEvent } from '../capture/event.js';

/** What ends a capture from outside its protocol, what the client is told, and what the extractor. */
const VERDICTS = [
  ['malformed', 'malformed_json', 'protocol_violation'],
  ['oversized', null, 'limit_frame_bytes_exceeded'],
  ['disconnected', null, 'client_disconnected'],
  ['shutdown', 'server_shutdown', 'server_shutdown'],
  ['internal_error', 'internal_error', 'internal_error'],
] as const;

describe('given active, when something ends the capture', () => {
  it.each(VERDICTS)('%s: the client is told %s, the extractor %s', (type, verdict, error_code) => {
    const capture = PlayedCapture.active().frames(2);
    const { record_id } = capture.open;
    capture.tell(EVENTS[type]);
    expect(capture.verdict).toBe(verdict);
    if (verdict) expect(capture.outcome?.kind).toBe(type === 'shutdown' ? 'aborted' : 'rejected');
    expect(capture.wanted).toEqual(['stop_forwarding', 'end_stream', ...(verdict ? ['finish'] : [])]);
    expect(capture.end).toEqual({
      event: 'capture.abort',
      capture_id: 'c1',
      record_id,
      timestamp_end: eventTime(67),
      error_code,
      frame_count: 2,
      last_seq: 2,
    });
  });

  it('the end of an abort carries the record_id of the offending message', () => {
    const record_id = freshRecord();
    expect(PlayedCapture.active().meta({ seq: 2, record_id }).end).toMatchObject({ record_id });
  });

  it('without a frame the end is at the start, with none counted', () => {
    const end = { timestamp_end: eventTime(0), frame_count: 0, last_seq: 0 };
    expect(PlayedCapture.active().tell(EVENTS.disconnected).end).toMatchObject(end);
  });

  it('its event time is the last accepted frame, acknowledged or not', () => {
    const capture = PlayedCapture.active().frame().frame().tell(EVENTS.disconnected).settle();
    expect(capture.end).toMatchObject({ timestamp_end: eventTime(67), frame_count: 1, last_seq: 1 });
  });

  it('the client is told at once, the end waits for the frame in flight', () => {
    const capture = PlayedCapture.active().frames(1).frame().frame().meta({ seq: 9 });
    expect(capture.wanted).toEqual(['stop_forwarding', 'finish']);
    expect(capture.settle().wanted).toEqual(['end_stream']);
    // the second of the two that waited was dropped
    expect(capture.end).toMatchObject({ error_code: 'protocol_violation', frame_count: 2, last_seq: 2 });
  });
});

describe('given opening, when something ends the capture', () => {
  it.each(VERDICTS)(
    '%s before the extractor was asked: the client is told %s, the extractor nothing',
    (type, verdict, _error_code) => {
      const capture = PlayedCapture.opening().tell(EVENTS[type]);
      expect(capture.verdict).toBe(verdict);
      expect(capture.wanted).toEqual(verdict ? ['finish'] : []);
      expect(capture.state.phase).toBe('closed');
    },
  );

  it.each(VERDICTS)(
    '%s while it is asked: the client is told %s, the extractor %s if it accepts',
    (type, verdict, error_code) => {
      const capture = PlayedCapture.opening().session('active');
      const { record_id } = capture.open;
      capture.tell(EVENTS[type]);
      expect(capture.verdict).toBe(verdict);
      expect(capture.wanted).toEqual(verdict ? ['finish'] : []);
      const end = { event: 'capture.abort', capture_id: 'c1', record_id, timestamp_end: eventTime(0), error_code };
      expect(capture.tell(EVENTS['stream.opened']).effects).toEqual([
        { type: 'end_stream', end: { ...end, frame_count: 0, last_seq: 0 } },
      ]);
    },
  );
});

describe('given aborting', () => {
  const asked = () => PlayedCapture.opening().session('active').tell(EVENTS.disconnected);
  const settling = () => PlayedCapture.active().frame().tell(EVENTS.disconnected);
  const ending = () => PlayedCapture.active().tell(EVENTS.disconnected);

  function expectEndAfter(given: PlayedCapture, event: CaptureEvent, frame_count: number): void {
    given.tell(event);
    expect(given.wanted).toEqual(['end_stream']);
    expect(given.end).toMatchObject({ error_code: 'client_disconnected', frame_count, last_seq: frame_count });
  }

  it('an extractor that refuses the open gets no end', () => {
    const capture = asked().tell(EVENTS['stream.refused']);
    expect(capture.effects).toEqual([]);
    expect(capture.state.phase).toBe('closed');
  });

  it('an extractor that does not answer the open is given up after stream_open_timeout_ms since it was asked', () => {
    const capture = PlayedCapture.opening().session('active').wait(1_500).tell(EVENTS.disconnected);
    expect(capture.tick(500).state.phase).toBe('aborting');
    expect(capture.tick(1).state.phase).toBe('closed');
    expect(capture.effects).toEqual([]);
  });

  it('an extractor that accepts after a fault of the server gets its end', () => {
    const capture = asked().tell(EVENTS.internal_error);
    expect(capture.state).toMatchObject({ phase: 'aborting', step: 'opening' });
    expect(capture.effects).toEqual([]);
    expectEndAfter(capture, EVENTS['stream.opened'], 0);
  });

  it('the frame in flight counts when it is acknowledged', () =>
    expectEndAfter(settling(), EVENTS['forward.settled'], 1));

  it('the frame in flight does not count when it fails', () => expectEndAfter(settling(), EVENTS['forward.failed'], 0));

  it('a fault of ours ends the wait, not the end', () => expectEndAfter(settling(), EVENTS.internal_error, 0));

  it('the frame in flight is waited for until forward_timeout_ms since it went out', () => {
    const capture = PlayedCapture.active().frame().wait(1_000).tell(EVENTS.disconnected);
    expect(capture.tick(2_000).effects).toEqual([]);
    expectEndAfter(capture.wait(1), EVENTS.tick, 0);
  });

  it.each(['end.settled', 'end.failed', 'internal_error'] as const)('with %s it is over', (type) => {
    const capture = ending().tell(EVENTS[type]);
    expect(capture.state.phase).toBe('closed');
    expect(capture.effects).toEqual([]);
  });

  it.each(['forward.settled', 'forward.failed'] as const)('%s after the end brings no second one', (type) => {
    const capture = ending().tell(EVENTS[type]);
    expect(capture.state).toMatchObject({ phase: 'aborting', step: 'ending' });
    expect(capture.effects).toEqual([]);
  });
});

/** Every way in which a capture is aborted with nothing left to wait for but its end. */
const ABORTED: Readonly<Record<string, () => PlayedCapture>> = {
  'a second open': () => PlayedCapture.active().tell(EVENTS['capture.open']),
  'a meta out of order': () => PlayedCapture.active().meta({ seq: 2 }),
  'bytes without a meta': () => PlayedCapture.active().bytes(),
  'bytes of another length': () => PlayedCapture.active().meta({ byte_length: 1 }).bytes(),
  'bytes that are no JPEG': () => PlayedCapture.active().meta().bytes(Buffer.alloc(1_000)),
  'a close of another capture': () => PlayedCapture.active().close({ capture_id: 'c2' }),
  'a close back in time': () => PlayedCapture.active().close({ timestamp_end: eventTime(-1) }),
  'a close too late': () => PlayedCapture.active().close({ timestamp_end: eventTime(15_001) }),
  'a session closed': () => PlayedCapture.active().session('closed'),
  'a session invalid': () => PlayedCapture.active().session('invalid'),
  'a session_manager silent': () =>
    PlayedCapture.active({ silence_timeout_ms: 60_000 }).tick(5_000).session('unavailable').tick(10_001),
  'a client overdue': () => PlayedCapture.active().tick(8_001).session('active'),
  'a client overdue, its session unknown': () => PlayedCapture.active().tick(8_001).tick(2_001),
  'a frame without room': () =>
    PlayedCapture.active({ max_frame_bytes: 600_000, max_forward_buffer_bytes: 600_000 })
      .frame(600_000)
      .meta({ byte_length: 600_000 })
      .tick(2_001)
      .settle(600_000),
  'a frame not acknowledged': () => PlayedCapture.active().frame().tick(3_001),
  'a stream that broke': () => PlayedCapture.active().tell(EVENTS['forward.failed']),
  'a frame not acknowledged while closing': () => PlayedCapture.active().frame().close().tick(3_001),
  'a stream that broke while closing': () => PlayedCapture.active().frame().close().tell(EVENTS['forward.failed']),
  'a message malformed': () => PlayedCapture.active().tell(EVENTS.malformed),
  'a message oversized': () => PlayedCapture.active().tell(EVENTS.oversized),
  'a client gone': () => PlayedCapture.active().tell(EVENTS.disconnected),
  'a shutdown': () => PlayedCapture.active().tell(EVENTS.shutdown),
  'a fault of ours': () => PlayedCapture.active().tell(EVENTS.internal_error),
  'a frame in flight, acknowledged': () => PlayedCapture.active().frame().tell(EVENTS.disconnected).wait(500).settle(),
  'an extractor asked, which accepts': () =>
    PlayedCapture.opening().session('active').tell(EVENTS.disconnected).wait(400).tell(EVENTS['stream.opened']),
};

describe.each(Object.entries(ABORTED))('given aborting, by %s', (_way, given) => {
  it('the end is under way, once, and is waited for until forward_timeout_ms since it went out', () => {
    const capture = given();
    expect(capture.wanted.filter((type) => type === 'end_stream')).toHaveLength(1);
    expect(capture.tick(3_000).state.phase).toBe('aborting');
    expect(capture.effects).toEqual([]);
    expect(capture.tick(1).state.phase).toBe('closed');
    expect(capture.effects).toEqual([]);
  });
});

/** What a client still sends or does, and what session_manager says, once the verdict is given. */
const IGNORED = [
  'capture.open',
  'capture.frame_meta',
  'frame_bytes',
  'capture.close',
  'malformed',
  'oversized',
  'disconnected',
  'shutdown',
  'session.answered',
] as const;

describe.each(Object.entries(SITUATIONS.aborting))('given aborting, %s', (_situation, given) => {
  it.each(IGNORED)('%s counts no more', (type) => {
    const capture = given();
    const { state } = capture;
    expect(capture.tell(EVENTS[type]).state).toEqual(state);
    expect(capture.effects).toEqual([]);
  });
});
