import { describe, expect, it } from '@jest/globals';
import {
  EVENTS,
  eventTime,
  freshRecord,
  metaEvent,
  openEvent,
  PlayedCapture,
} from '../../../../test/support/captures.js';
import { jpegOf } from '../../../../test/support/jpeg.js';
import { acceptsInput } from '../capture/state.js';

describe('given active, when a valid frame comes', () => {
  it('then the ten fields are forwarded, with the very bytes', () => {
    const payload = jpegOf(1_234);
    const capture = PlayedCapture.active()
      .meta({ byte_length: 1_234, timestamp_frame: eventTime(7) })
      .bytes(payload);
    expect(capture.effects).toEqual([
      {
        type: 'forward',
        item: {
          capture_id: 'c1',
          seq: 1,
          timestamp_frame: eventTime(7),
          payload,
          byte_length: 1_234,
          encoding: 'jpeg',
          width: 640,
          height: 480,
          user_id: 'u1',
          session_id: 's1',
        },
      },
    ]);
    const [effect] = capture.effects;
    expect(effect?.type === 'forward' && effect.item.payload).toBe(payload);
    expect(capture.state.phase).toBe('active');
  });

  it('then its meta alone forwards nothing', () => {
    expect(PlayedCapture.active().meta().effects).toEqual([]);
  });

  it('then user_id and session_id may be left out of what follows the open', () => {
    const capture = PlayedCapture.active().frame(1_000, { user_id: null, session_id: null });
    expect(capture.wanted).toEqual(['forward']);
    expect(capture.settle().close({ user_id: null, session_id: null }).state.phase).toBe('closing');
  });
});

describe('given active, when a message is not of this capture', () => {
  const faults = [
    [{ capture_id: 'c2' }, "capture_id is not the open's"],
    [{ user_id: 'u2' }, "user_id is not the open's"],
    [{ session_id: 's2' }, "session_id is not the open's"],
  ] as const;

  it.each(faults)('then a meta with %j aborts', (fault, reason) => {
    const record_id = freshRecord();
    const capture = PlayedCapture.active().meta({ record_id, ...fault });
    expect(capture.outcome).toMatchObject({ error_code: 'protocol_violation', reason, record_id });
    expect(capture.outcome).toMatchObject({ open: { capture_id: 'c1', user_id: 'u1', session_id: 's1' } });
  });

  it.each(faults)('then a close with %j aborts', (fault, reason) => {
    const record_id = freshRecord();
    const capture = PlayedCapture.active().close({ record_id, ...fault });
    expect(capture.outcome).toMatchObject({ error_code: 'protocol_violation', reason, record_id });
  });

  it.each([
    ['the open', (capture: PlayedCapture, record_id: string) => capture.meta({ record_id }), 'open'],
    ['a meta, by a meta', (capture: PlayedCapture, record_id: string) => capture.meta({ record_id }), 'meta'],
    ['a meta, by the close', (capture: PlayedCapture, record_id: string) => capture.close({ record_id }), 'meta'],
  ])('then a record_id of %s in another case aborts', (_of, repeat, first) => {
    const capture = PlayedCapture.active();
    const record_id = first === 'open' ? capture.open.record_id : freshRecord();
    if (first === 'meta') capture.frame(1_000, { record_id }).frame();
    repeat(capture, record_id.toUpperCase());
    expect(capture.outcome).toMatchObject({ error_code: 'protocol_violation', reason: 'record_id was used before' });
  });

  it('then a record_id that was first seen in capital letters is known in small ones', () => {
    const [first, second] = [freshRecord(), freshRecord()];
    const given = () =>
      new PlayedCapture()
        .tell(openEvent({ record_id: first.toUpperCase() }))
        .session('active')
        .tell(EVENTS['stream.opened'])
        .frame(1_000, { record_id: second.toUpperCase() });
    expect(given().meta({ record_id: first }).verdict).toBe('protocol_violation');
    expect(given().meta({ record_id: second }).verdict).toBe('protocol_violation');
  });
});

describe('given active, when a message is not due', () => {
  it('then a second open aborts with its record_id and the identity of the first', () => {
    const capture = PlayedCapture.active();
    const { open } = capture;
    const second = openEvent({ capture_id: 'c2', user_id: 'u2', session_id: 's2' });
    const outcome = capture.tell(second).outcome;
    expect(outcome).toMatchObject({ error_code: 'protocol_violation', open, record_id: second.message.record_id });
  });

  it.each([
    ['a meta', metaEvent({ seq: 2 }), 'capture.frame_meta while bytes are due'],
    ['a close', EVENTS['capture.close'], 'capture.close while bytes are due'],
  ] as const)('then %s while bytes are due aborts', (_name, event, reason) => {
    const capture = PlayedCapture.active().meta().tell(event);
    const { record_id } = event.message;
    expect(capture.outcome).toMatchObject({ error_code: 'protocol_violation', reason, record_id });
  });

  it('then bytes without a meta abort', () => {
    const capture = PlayedCapture.active();
    const { record_id } = capture.open;
    expect(capture.bytes().outcome).toMatchObject({ error_code: 'protocol_violation', record_id });
    expect(PlayedCapture.active().frame().bytes().verdict).toBe('protocol_violation');
  });

  it.each([
    [0, 2, 'seq 2, expected 1'],
    [1, 1, 'seq 1, expected 2'],
    [1, 3, 'seq 3, expected 2'],
  ])('then after %i frames seq %i aborts', (frames, seq, reason) => {
    const capture = PlayedCapture.active().frames(frames).meta({ seq });
    expect(capture.outcome).toMatchObject({ error_code: 'protocol_violation', reason });
  });

  it.each([
    ['a first frame at the start', 0, true],
    ['a first frame before the start', -1, false],
  ])('then %s', (_name, ms, passes) => {
    const capture = PlayedCapture.active().meta({ timestamp_frame: eventTime(ms) });
    expect(capture.verdict).toBe(passes ? null : 'protocol_violation');
  });

  it.each([
    ['equal passes', 500, true],
    ['backwards aborts', 499, false],
  ])('then time: %s', (_name, ms, passes) => {
    const given = () =>
      PlayedCapture.active()
        .frame(1_000, { timestamp_frame: eventTime(500) })
        .settle();
    expect(given().meta({ timestamp_frame: eventTime(ms) }).verdict).toBe(passes ? null : 'protocol_violation');
    expect(given().close({ timestamp_end: eventTime(ms) }).verdict).toBe(passes ? null : 'protocol_violation');
  });

  it.each([999, 1_001])('then %i bytes where 1000 were announced abort', (length) => {
    const capture = PlayedCapture.active().meta({ byte_length: 1_000 }).bytes(jpegOf(length));
    const reason = `frame of ${length} bytes, announced 1000`;
    expect(capture.outcome).toMatchObject({ error_code: 'protocol_violation', reason });
    expect(capture.wanted).not.toContain('forward');
  });

  it('then bytes that are not the JPEG announced abort, unless a host does not look', () => {
    const png = Buffer.alloc(1_000, 0x89);
    expect(PlayedCapture.active().meta().bytes(png).verdict).toBe('frame_invalid');
    expect(
      PlayedCapture.active()
        .meta()
        .bytes(jpegOf(1_000, 480, 640)).verdict,
    ).toBe('frame_invalid');
    expect(PlayedCapture.active({ frame_inspection: 'off' }).meta().bytes(png).wanted).toEqual(['forward']);
  });
});

describe('given active, when several rules are broken, then the first of the order of checks decides', () => {
  const over = { timestamp_frame: eventTime(15_001), byte_length: 300_001 };

  it.each([
    [{ capture_id: 'c2', seq: 9, ...over }, "capture_id is not the open's"],
    [{ seq: 9, ...over }, 'seq 9, expected 2'],
    [{ byte_length: 300_001, timestamp_frame: eventTime(-1) }, 'timestamp_frame goes backwards'],
    [over, 'frame at 15001 ms, limit 15000 ms'],
    [{ byte_length: 300_001 }, '300001 bytes, limit 300000'],
  ])('%j', (overrides, reason) => {
    expect(PlayedCapture.active().frames(1).meta(overrides).outcome).toMatchObject({ reason });
  });

  it('then a frame that is both not of its length and no JPEG is not of its length', () => {
    expect(PlayedCapture.active().meta().bytes(Buffer.alloc(3)).verdict).toBe('protocol_violation');
  });
});

describe('given active, when a message is refused', () => {
  it('then nothing of it counts', () => {
    const capture = PlayedCapture.active()
      .frames(2)
      .meta({ seq: 4, timestamp_frame: eventTime(9_000) });
    expect(capture.end).toMatchObject({ frame_count: 2, last_seq: 2, timestamp_end: eventTime(67) });
    expect(acceptsInput(capture.state)).toBe(true);
  });
});
