import type { ConnectionFailure } from './explanation.js';

/** The code that reports a connection without a close frame. RFC 6455, 7.4.1. */
export const ABNORMAL_CLOSURE = 1006;

/** The close of a capture that was delivered whole, or aborted. PROTOCOL.md, "Close codes". */
export const NORMAL_CLOSURE = 1000;

/** Why a capture failed whose connection ended with this code and without a `capture.abort`. PROTOCOL.md, "Close codes". */
export function failureOf(close_code: number): ConnectionFailure {
  switch (close_code) {
    case NORMAL_CLOSURE:
      return 'not_confirmed';
    case 1001:
      return 'server_stopping';
    case 1003:
    case 1008:
    case 1009:
      return 'message_refused';
    case 1011:
      return 'server_failed';
    default:
      return 'connection_lost';
  }
}
