import { describe, expect, it } from '@jest/globals';
import { eventTime, freshRecord, openEvent, EVENTS, PlayedCapture } from '../../../../test/support/captures.js';
import { acceptsInput } from '../capture/state.js';

describe('given active, duration by event time', () => {
  it.each([
    [15_000, null],
    [15_001, 'limit_duration_exceeded'],
  ])('a frame at %i ms: %s', (ms, verdict) => {
    expect(PlayedCapture.active().meta({ timestamp_frame: eventTime(ms) }).verdict).toBe(verdict);
  });

  it.each([
    [15_000, null],
    [15_001, 'limit_duration_exceeded'],
  ])('a close at %i ms: %s', (ms, verdict) => {
    const record_id = freshRecord();
    const capture = PlayedCapture.active().close({ record_id, timestamp_end: eventTime(ms) });
    expect(capture.verdict).toBe(verdict);
    if (verdict) expect(capture.outcome).toMatchObject({ reason: '15001 ms, limit 15000 ms', record_id });
  });
});

describe('given active, the rate frames really come at', () => {
  // frame n breaks it when n > 15 + 15 x seconds
  const edges = [
    [15, 0, null],
    [16, 0, 'limit_fps_exceeded'],
    [16, 66, 'limit_fps_exceeded'],
    [16, 67, null],
    [18, 199, 'limit_fps_exceeded'],
    [18, 200, null],
    [225, 13_999, 'limit_fps_exceeded'],
    [225, 14_000, null],
  ] as const;

  it.each(edges)('frame %i at %i ms of event time: %s', (n, ms, verdict) => {
    const capture = PlayedCapture.active().wait(20_000);
    const at = { timestamp_frame: eventTime(ms) };
    for (let seq = 1; seq < n; seq++) capture.frame(1_000, at).settle();
    expect(capture.state).toMatchObject({ accepted_frames: n - 1 });
    expect(capture.meta(at).verdict).toBe(verdict);
  });

  it.each(edges)('frame %i at %i ms of the server clock: %s', (n, ms, verdict) => {
    const capture = PlayedCapture.active().wait(ms);
    const at = { timestamp_frame: eventTime(15_000) };
    for (let seq = 1; seq < n; seq++) capture.frame(1_000, at).settle();
    expect(capture.state).toMatchObject({ accepted_frames: n - 1 });
    expect(capture.meta(at).verdict).toBe(verdict);
  });

  it('the server clock counts from the arrival of the open, not from its acceptance', () => {
    const capture = new PlayedCapture().tell(openEvent()).wait(200).session('active').tell(EVENTS['stream.opened']);
    const at = { timestamp_frame: eventTime(15_000) };
    for (let seq = 1; seq <= 18; seq++) capture.frame(1_000, at).settle();
    expect(capture.state).toMatchObject({ phase: 'active', accepted_frames: 18 });
    expect(capture.meta(at).verdict).toBe('limit_fps_exceeded');
  });

  it('a stall followed by a catch-up does not break it', () => {
    const capture = PlayedCapture.active().frames(1).wait(4_000);
    for (let seq = 2; seq <= 60; seq++) capture.frame().settle();
    expect(capture.state).toMatchObject({ phase: 'active', accepted_frames: 60 });
  });
});

describe('given active, frames and their bytes', () => {
  it('frame 225 passes, frame 226 does not', () => {
    const capture = PlayedCapture.active().frames(225);
    expect(capture.state).toMatchObject({ phase: 'active', accepted_frames: 225 });
    const record_id = freshRecord();
    const outcome = capture.wait(1_000).meta({ record_id }).outcome;
    expect(outcome).toMatchObject({ error_code: 'limit_frame_count_exceeded', record_id });
  });

  it.each([
    [300_000, null],
    [300_001, 'limit_frame_bytes_exceeded'],
  ])('a frame of %i announced bytes: %s', (byte_length, verdict) => {
    expect(PlayedCapture.active().meta({ byte_length }).verdict).toBe(verdict);
  });

  it.each([
    [250_000, null],
    [250_001, 'limit_total_bytes_exceeded'],
  ])('after 199 frames of 250,000 bytes one of %i: %s', (byte_length, verdict) => {
    expect(PlayedCapture.active().frames(199, 250_000).wait(67).meta({ byte_length }).verdict).toBe(verdict);
  });

  it('bytes acknowledged still count for the total', () => {
    const capture = PlayedCapture.active().frames(200, 250_000);
    expect(capture.state).toMatchObject({ phase: 'active', buffered_bytes: 0 });
    expect(capture.meta({ byte_length: 1 }).verdict).toBe('limit_total_bytes_exceeded');
  });
});

describe('given active, the forward buffer', () => {
  it('has room for a third frame and not for a fourth', () => {
    const capture = PlayedCapture.active().frame().frame().meta();
    expect(acceptsInput(capture.state)).toBe(true);
    capture.bytes().meta();
    expect(capture.state.phase).toBe('active');
    expect(acceptsInput(capture.state)).toBe(false);
  });

  it.each([
    [500_000, true],
    [500_001, false],
  ])('beside 500,000 bytes has room for %i: %s', (byte_length, room) => {
    const capture = PlayedCapture.active({ max_frame_bytes: 600_000 }).frame(500_000).meta({ byte_length });
    expect(capture.verdict).toBeNull();
    expect(acceptsInput(capture.state)).toBe(room);
  });

  it.each([
    [99_000, true],
    [99_001, false],
  ])(
    'beside 300,000 bytes of other captures and 1,000 of its own has room for %i of 400,000: %s',
    (byte_length, room) => {
      const capture = PlayedCapture.active({ max_buffered_bytes: 400_000 });
      capture.held_elsewhere = 300_000;
      expect(acceptsInput(capture.frame().meta({ byte_length }).state)).toBe(room);
    },
  );

  it('lets a frame wait for room for forward_grace_ms and no longer', () => {
    const record_id = freshRecord();
    const capture = PlayedCapture.active().frame().frame().frame().meta({ record_id });
    expect(capture.tick(2_000).verdict).toBeNull();
    expect(capture.tick(1).outcome).toMatchObject({
      error_code: 'limit_forward_buffer_exceeded',
      reason: '3 frames, 3000 bytes waiting',
      record_id,
    });
  });

  it('goes on as if nothing had been when a frame is acknowledged within the grace', () => {
    const capture = PlayedCapture.active().frame().frame().frame().meta().wait(2_000).settle();
    expect(acceptsInput(capture.state)).toBe(true);
    expect(capture.tick(3_000).verdict).toBeNull();
    expect(capture.bytes().wanted).toEqual(['forward']);
  });

  it('waits on while what was acknowledged leaves too little room', () => {
    const limits = { max_frame_bytes: 600_000 };
    const capture = PlayedCapture.active(limits).frame(100_000).frame(500_000).meta({ byte_length: 600_000 });
    expect(acceptsInput(capture.wait(1_000).settle(100_000).state)).toBe(false);
    // the grace runs from the meta, not from the last acknowledgement
    expect(capture.tick(1_001).verdict).toBe('limit_forward_buffer_exceeded');
  });

  it('with a grace of 0 aborts at the meta, and not before there is no room', () => {
    const record_id = freshRecord();
    const capture = PlayedCapture.active({ forward_grace_ms: 0 }).frame().frame().frame();
    expect(capture.verdict).toBeNull();
    expect(capture.meta({ record_id }).outcome).toMatchObject({
      error_code: 'limit_forward_buffer_exceeded',
      record_id,
    });
  });
});
