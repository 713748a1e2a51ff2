import type { CaptureOutcome } from '@a3cp/capture-domain';
import type { CaptureAbortMessage } from '@a3cp/capture-protocol';

/** The text of the `capture.abort` for an aborted capture. PROTOCOL.md, "capture.abort". */
export function encodeAbort(
  { open, record_id, error_code }: Extract<CaptureOutcome, { kind: 'aborted' }>,
  date: Date,
): string {
  const message: CaptureAbortMessage = {
    event: 'capture.abort',
    schema_version: open.schema_version,
    record_id,
    user_id: open.user_id,
    session_id: open.session_id,
    capture_id: open.capture_id,
    timestamp: date.toISOString(),
    modality: open.modality,
    source: 'camera_feed_worker',
    performer_id: null,
    error_code,
  };
  return JSON.stringify(message);
}
