import type { CaptureOutcome, RejectionCause } from '@a3cp/capture-domain';
import { CAPTURE_ERROR_CODES, type CaptureErrorCode } from '@a3cp/capture-protocol';
import { describe, expect, it } from '@jest/globals';
import { openEvent } from '../../../../test/support/captures.js';
import { CloseCode, closeFor } from './close-code.js';

const { message: open } = openEvent();

function aborted(error_code: CaptureErrorCode, reason: string): CaptureOutcome {
  return { kind: 'aborted', error_code, reason, open, record_id: open.record_id };
}

const REJECTIONS: Readonly<Record<RejectionCause, number>> = {
  malformed_json: 1003,
  schema_violation: 1008,
  protocol_violation: 1008,
  open_timeout: 1008,
  server_shutdown: 1001,
  internal_error: 1011,
};

describe('how a connection is closed', () => {
  it('a completed capture: 1000', () => {
    expect(closeFor({ kind: 'completed', open, record_id: 'r', frame_count: 1, byte_count: 1 })).toEqual({
      code: 1000,
      reason: 'completed',
    });
  });

  it.each(CAPTURE_ERROR_CODES.filter((code) => code !== 'server_shutdown'))('aborted as %s: 1000', (error_code) => {
    expect(closeFor(aborted(error_code, 'why'))).toEqual({ code: 1000, reason: `${error_code}: why` });
  });

  it('aborted as server_shutdown: 1001', () => {
    expect(closeFor(aborted('server_shutdown', 'why'))).toEqual({ code: 1001, reason: 'server_shutdown: why' });
  });

  it.each(Object.entries(REJECTIONS) as [RejectionCause, number][])('rejected as %s: %i', (cause, code) => {
    expect(closeFor({ kind: 'rejected', cause, reason: 'why' })).toEqual({ code, reason: `${cause}: why` });
  });

  it('every close code is one that some outcome brings', () => {
    const codes = Object.values(CloseCode).filter((code) => typeof code === 'number');
    expect(codes).toEqual([...new Set([1000, ...Object.values(REJECTIONS)])].sort());
  });

  it('a reason fits a close frame: 123 bytes pass, more are cut off', () => {
    const prefix = 'forward_failed: ';
    const fits = 'x'.repeat(123 - prefix.length);
    expect(closeFor(aborted('forward_failed', fits)).reason).toBe(prefix + fits);
    expect(closeFor(aborted('forward_failed', `${fits}y`)).reason).toBe(prefix + fits);
    expect(closeFor({ kind: 'rejected', cause: 'open_timeout', reason: 'x'.repeat(500) }).reason).toHaveLength(123);
  });

  it("so does one of a platform's own words, in whatever language: no character is cut in two", () => {
    const prefix = 'limit_concurrent_captures_exceeded: ';
    const outcome = aborted('limit_concurrent_captures_exceeded', 'ü'.repeat(100));
    expect(closeFor(outcome).reason).toBe(prefix + 'ü'.repeat(43));
  });
});
