export { CAPTURE_LIMITS, CaptureService, CHANCE } from './capture.service.js';
export {
  CaptureClaims,
  type CaptureClaim,
  type ClaimAnswer,
  type ClaimLimits,
  type ClaimRefusal,
} from './capture-claims.js';
export { ClaimLedger } from './claim-ledger.js';
export { CaptureRepository, type CaptureObserver, type ConnectionOrigin } from './capture.repository.js';
export type { CaptureNotice, CaptureOutcome, RejectionCause, Transition } from './capture-effect.js';
export type { CaptureEvent, ClientEvent } from './capture-event.js';
export type { CaptureGrant } from './capture-grant.js';
export {
  captureLimits,
  DEFAULT_CAPTURE_LIMITS,
  longestStopMs,
  NUMERIC_LIMITS,
  type CaptureLimits,
  type NumericLimit,
} from './capture-limits.js';
export { placeOf } from './error-place.js';
export { PeerLog } from './peer-log.js';
export { PeerUnreachable } from './peer-unreachable.js';
export { type PortName, PortWatch } from './port-watch.js';
export type { CaptureState } from './capture-state.js';
export type { CaptureWatch } from './capture-watch.js';
export { Tally } from './tally.js';
export type { CaptureClose, CaptureFrameMeta, CaptureOpen, Correlation } from './capture-message.js';
export { Clock, SystemClock } from './clock.js';
export type { ForwardItem } from './forward-item.js';
export { jpegFault } from './jpeg-header.js';
export {
  LandmarkForwarder,
  type LandmarkStream,
  type StreamEnd,
  type StreamOpen,
  type StreamRefusal,
  StreamRefused,
} from './landmark-forwarder.js';
export { type SharedTickets, type SpentTicket, SpentTickets, TICKET_TOLERANCE_S } from './spent-tickets.js';
export { SessionValidator, type EndedSession, type SessionCheck, type SessionStatus } from './session-validator.js';
