import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import type { AbortedCapture, CompletedCapture, FailedCapture } from './capture-result.js';
import type { CaptureSender } from './capture-sender.js';
import { explainEnd } from './explanation.js';

/** Everything that was sent has arrived; `receipt` if the server said so itself. */
export function completed(capture_id: string, { sent, skipped }: CaptureSender, receipt: boolean): CompletedCapture {
  const { frames, last_timestamp_frame, largest_hole_ms } = sent.delivered(sent.count);
  const { bytes } = sent;
  return { kind: 'completed', capture_id, frames, bytes, last_timestamp_frame, largest_hole_ms, skipped, receipt };
}

export function aborted(
  capture_id: string,
  sender: CaptureSender,
  error_code: CaptureErrorCode,
  reason: string,
): AbortedCapture {
  const words = explainEnd(error_code, sender.circumstances);
  return { kind: 'aborted', capture_id, error_code, reason, ...words, ...deliveredBy(sender) };
}

export function failed(
  capture_id: string,
  sender: CaptureSender,
  failure: FailedCapture['failure'],
  reason: string,
  close_code: number,
): FailedCapture {
  const words = explainEnd(failure, sender.circumstances);
  return { kind: 'failed', capture_id, failure, reason, close_code, ...words, ...deliveredBy(sender) };
}

function deliveredBy({ delivered }: CaptureSender) {
  return {
    frames_delivered: delivered?.frames ?? null,
    last_timestamp_frame: delivered?.last_timestamp_frame ?? null,
    largest_hole_ms: delivered?.largest_hole_ms ?? null,
  };
}
