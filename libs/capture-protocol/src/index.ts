export {
  MAX_TICKET_LIFE_S,
  MIN_SECRET_BYTES,
  TICKET_AUDIENCE,
  TICKET_SUBPROTOCOL_PREFIX,
  type CaptureTicketClaims,
} from './capture-ticket.js';
export { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL } from './connecting.js';
export {
  CAPTURE_ERROR_CODES,
  DOWNSTREAM_ONLY_ERROR_CODES,
  type CaptureErrorCode,
  type DownstreamErrorCode,
} from './error-code.js';
export {
  BLANKS,
  FORBIDDEN_CHARACTERS,
  MAX_IDENTIFIER_CHARACTERS,
  MAX_SENT_IDENTIFIER_CHARACTERS,
} from './identifier.js';
export {
  CAPTURE_ENCODING,
  MODALITIES,
  SCHEMA_VERSION,
  type CaptureClientMessage,
  type CaptureCloseMessage,
  type CaptureFrameMetaMessage,
  type CaptureOpenMessage,
  type Modality,
} from './messages.js';
export type {
  CaptureAbortMessage,
  CaptureAckMessage,
  CaptureClosedMessage,
  CaptureOpenedMessage,
  CaptureServerMessage,
  ClientLimits,
} from './server-messages.js';
