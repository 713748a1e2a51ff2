import type { CaptureOutcome } from '@a3cp/capture-domain';

/** The WebSocket close codes the gateway decides. PROTOCOL.md, "Close codes". */
export enum CloseCode {
  /** The capture is over: delivered whole, or aborted with a `capture.abort` before it. */
  Normal = 1000,
  /** The server is shutting down. */
  GoingAway = 1001,
  /** A text message was not JSON. */
  UnsupportedData = 1003,
  /** A message broke its schema or its size, or the first one was not a valid `capture.open` in time. */
  PolicyViolation = 1008,
  /** Something inside the server broke. */
  InternalError = 1011,
}

/** What RFC 6455 leaves for the reason of a close frame. */
const MAX_REASON_BYTES = 123;

/** How the WebSocket of a capture is closed: the one place where outcomes and close codes meet. */
export function closeFor(outcome: CaptureOutcome): { code: CloseCode; reason: string } {
  switch (outcome.kind) {
    case 'completed':
      return { code: CloseCode.Normal, reason: 'completed' };
    case 'aborted':
      return {
        code: outcome.error_code === 'server_shutdown' ? CloseCode.GoingAway : CloseCode.Normal,
        reason: reasonOf(outcome.error_code, outcome.reason),
      };
    case 'rejected':
      return { code: rejectionCode(outcome.cause), reason: reasonOf(outcome.cause, outcome.reason) };
  }
}

function rejectionCode(cause: Extract<CaptureOutcome, { kind: 'rejected' }>['cause']): CloseCode {
  switch (cause) {
    case 'malformed_json':
      return CloseCode.UnsupportedData;
    case 'schema_violation':
    case 'protocol_violation':
    case 'open_timeout':
      return CloseCode.PolicyViolation;
    case 'server_shutdown':
      return CloseCode.GoingAway;
    case 'internal_error':
      return CloseCode.InternalError;
  }
}

/** Cut to what fits; ws throws at a longer one, and a claim may be refused in words of the host's. */
function reasonOf(word: string, detail: string): string {
  const reason = `${word}: ${detail}`;
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(MAX_REASON_BYTES));
  return reason.slice(0, read);
}
