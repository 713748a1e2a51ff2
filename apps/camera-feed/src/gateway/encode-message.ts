import type { CaptureNotice, CaptureOpen, CaptureOutcome } from '@a3cp/capture-domain';
import type {
  CaptureAbortMessage,
  CaptureAckMessage,
  CaptureClosedMessage,
  CaptureOpenedMessage,
} from '@a3cp/capture-protocol';

/** The text of the `capture.abort` for an aborted capture. PROTOCOL.md, "capture.abort". */
export function encodeAbort(
  { open, record_id, error_code }: Extract<CaptureOutcome, { kind: 'aborted' }>,
  date: Date,
): string {
  const message: CaptureAbortMessage = { event: 'capture.abort', ...identity(open, record_id, date), error_code };
  return JSON.stringify(message);
}

/** The text of the receipt for a capture that arrived whole. PROTOCOL.md, "capture.closed". */
export function encodeClosed(
  { open, record_id, frame_count, byte_count }: Extract<CaptureOutcome, { kind: 'completed' }>,
  date: Date,
): string {
  const receipt = { frame_count, byte_count };
  const message: CaptureClosedMessage = { event: 'capture.closed', ...identity(open, record_id, date), ...receipt };
  return JSON.stringify(message);
}

/** The text that tells how far a capture has come. PROTOCOL.md, "capture.opened" and "capture.ack". */
export function encodeNotice(notice: CaptureNotice, date: Date): string {
  const fields = identity(notice.open, notice.open.record_id, date);
  switch (notice.kind) {
    case 'opened': {
      const { limits, deadline_ms } = notice;
      const message: CaptureOpenedMessage = { event: 'capture.opened', ...fields, limits, deadline_ms };
      return JSON.stringify(message);
    }
    case 'acknowledged': {
      const message: CaptureAckMessage = { event: 'capture.ack', ...fields, seq: notice.seq };
      return JSON.stringify(message);
    }
  }
}

function identity(
  { schema_version, user_id, session_id, capture_id, modality }: CaptureOpen,
  record_id: string,
  date: Date,
) {
  const timestamp = date.toISOString();
  const ids = { schema_version, record_id, user_id, session_id, capture_id };
  return { ...ids, timestamp, modality, source: 'camera_feed_worker', performer_id: null } as const;
}
