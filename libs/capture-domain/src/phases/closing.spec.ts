import { describe, expect, it } from '@jest/globals';
import { EVENTS, eventTime, freshRecord, PlayedCapture, SITUATIONS } from '../../../../test/support/captures.js';
import { acceptsInput } from '../capture/state.js';

const CLIENT_EVENTS = ['capture.open', 'capture.frame_meta', 'frame_bytes', 'capture.close'] as const;
const INTERRUPTS = ['malformed', 'oversized', 'disconnected', 'shutdown'] as const;

describe('given active, when a valid close comes', () => {
  it('then with nothing waiting the end goes out at once', () => {
    const record_id = freshRecord();
    const capture = PlayedCapture.active()
      .frames(2)
      .close({ record_id, timestamp_end: eventTime(200) });
    const end = { event: 'capture.close', capture_id: 'c1', record_id, timestamp_end: eventTime(200) };
    expect(capture.effects).toEqual([
      { type: 'end_stream', end: { ...end, error_code: null, frame_count: 2, last_seq: 2 } },
    ]);
    expect(acceptsInput(capture.state)).toBe(false);
  });

  it('then a capture of nothing ends with frame_count 0 and last_seq 0', () => {
    expect(PlayedCapture.active().close().end).toMatchObject({ frame_count: 0, last_seq: 0 });
  });

  it('then the end waits until every frame is acknowledged', () => {
    const capture = PlayedCapture.active().frame().frame().close();
    expect(capture.effects).toEqual([]);
    expect(acceptsInput(capture.state)).toBe(false);
    expect(capture.settle().effects).toEqual([]);
    expect(capture.settle().end).toMatchObject({ event: 'capture.close', frame_count: 2, last_seq: 2 });
  });

  it('then the client is told once the extractor has taken the end', () => {
    const capture = PlayedCapture.active().frame().close().settle().tell(EVENTS['end.settled']);
    expect(capture.effects).toMatchObject([
      { type: 'finish', outcome: { kind: 'completed', frame_count: 1, byte_count: 1_000 } },
    ]);
    expect(capture.state.phase).toBe('closed');
  });
});

describe('given closing, while frames wait', () => {
  it('drain_timeout_ms passes at its value and aborts after it', () => {
    const capture = PlayedCapture.active().frame().frame().frame().close().wait(2_499).settle().wait(2_499).settle();
    expect(capture.tick(2).effects).toEqual([]);
    expect(capture.tick(1).outcome).toMatchObject({
      error_code: 'forward_failed',
      reason: 'not drained within 5000 ms',
      record_id: capture.open.record_id,
    });
    expect(capture.wanted).toEqual(['stop_forwarding', 'finish']);
  });

  it('forward_timeout_ms passes at its value and aborts after it, without waiting for the frame', () => {
    const capture = PlayedCapture.active().frame().close();
    expect(capture.tick(3_000).effects).toEqual([]);
    expect(capture.tick(1).verdict).toBe('forward_failed');
    expect(capture.wanted).toEqual(['stop_forwarding', 'end_stream', 'finish']);
    // the event time of an abort is the last accepted frame's, not the close's
    expect(capture.end).toMatchObject({ event: 'capture.abort', frame_count: 0, timestamp_end: eventTime(0) });
  });

  it('a failing extractor aborts at once', () => {
    const capture = PlayedCapture.active().frames(1).frame().close().tell(EVENTS['forward.failed']);
    expect(capture.wanted).toEqual(['stop_forwarding', 'end_stream', 'finish']);
    expect(capture.end).toMatchObject({ error_code: 'forward_failed', frame_count: 1, last_seq: 1 });
  });

  it.each([
    ['active', null],
    ['unavailable', null],
    ['closed', 'session_closed'],
    ['invalid', 'session_invalid'],
  ] as const)('a session that is %s brings %s', (status, verdict) => {
    expect(PlayedCapture.active().frame().close().session(status).verdict).toBe(verdict);
  });
});

describe('given closing, when session_manager says unasked that the session has ended', () => {
  it('then it aborts while frames wait', () => {
    expect(PlayedCapture.active().frame().close().tell(EVENTS['session.closed']).verdict).toBe('session_closed');
  });

  it('then the end that is under way stays as it is', () => {
    const capture = PlayedCapture.active().frames(1).close().tell(EVENTS['session.closed']);
    expect(capture.effects).toEqual([]);
    expect(capture.tell(EVENTS['end.settled']).verdict).toBe('completed');
  });
});

describe('given closing, while the end is under way', () => {
  const ending = () => PlayedCapture.active().frames(1).close();

  it('forward_timeout_ms passes at its value and aborts after it, without a second end', () => {
    const capture = ending();
    expect(capture.tick(3_000).effects).toEqual([]);
    expect(capture.tick(1).verdict).toBe('forward_failed');
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.state.phase).toBe('closed');
  });

  it('the timer of the end starts with the end, not with the close', () => {
    const capture = PlayedCapture.active().frame().close().wait(2_900).settle();
    expect(capture.tick(3_000).effects).toEqual([]);
    expect(capture.tick(1).verdict).toBe('forward_failed');
  });

  it('an end the extractor does not take aborts, without a second end', () => {
    const capture = ending().tell(EVENTS['end.failed']);
    expect(capture.verdict).toBe('forward_failed');
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.state.phase).toBe('closed');
  });

  it.each([EVENTS['forward.failed'], { type: 'session.answered', status: 'closed' }] as const)(
    '%j counts no more',
    (event) => {
      expect(ending().tell(event).effects).toEqual([]);
    },
  );
});

describe.each(Object.entries(SITUATIONS.closing))('given closing, %s', (_situation, given) => {
  it.each([...CLIENT_EVENTS, ...INTERRUPTS])('%s counts no more: the close was accepted', (type) => {
    const before = given();
    const { state } = before;
    expect(before.tell(EVENTS[type]).state).toEqual(state);
    expect(before.effects).toEqual([]);
  });
});

describe('given closing, when something of ours breaks', () => {
  it('while frames wait, then the extractor gets an end as internal_error', () => {
    const capture = PlayedCapture.active().frame().close().tell(EVENTS.internal_error);
    expect(capture.verdict).toBe('internal_error');
    expect(capture.settle().end).toMatchObject({
      event: 'capture.abort',
      error_code: 'internal_error',
      frame_count: 1,
    });
  });

  it('while the end is under way, then there is no second one', () => {
    const capture = PlayedCapture.active().close().tell(EVENTS.internal_error);
    expect(capture.wanted).toEqual(['finish']);
    expect(capture.verdict).toBe('internal_error');
    expect(capture.state.phase).toBe('closed');
  });
});
