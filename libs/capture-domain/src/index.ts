export { CAPTURE_LIMITS, CaptureService, CHANCE } from './capture.service.js';
export {
  CaptureClaims,
  type CaptureClaim,
  type ClaimAnswer,
  type ClaimLimits,
  type ClaimRefusal,
} from './ports/capture-claims.js';
export { ClaimLedger } from './claims/claim-ledger.js';
export { CaptureRepository, type CaptureObserver, type ConnectionOrigin } from './capture.repository.js';
export type { CaptureNotice, CaptureOutcome, RejectionCause, Transition } from './capture/effect.js';
export type { CaptureEvent, ClientEvent } from './capture/event.js';
export type { CaptureGrant } from './capture/grant.js';
export {
  captureLimits,
  DEFAULT_CAPTURE_LIMITS,
  longestStopMs,
  NUMERIC_LIMITS,
  type CaptureLimits,
  type NumericLimit,
} from './capture/limits.js';
export { FrameGarbage } from './frame-garbage.js';
export { placeOf } from './watching/error-place.js';
export { PeerLog } from './watching/peer-log.js';
export { PeerUnreachable } from './ports/peer-unreachable.js';
export { type PortName, PortWatch } from './watching/port-watch.js';
export type { CaptureState } from './capture/state.js';
export type { CaptureWatch } from './watching/capture-watch.js';
export { Tally } from './claims/tally.js';
export type { CaptureClose, CaptureFrameMeta, CaptureOpen, Correlation } from './capture/message.js';
export { Clock, SystemClock } from './ports/clock.js';
export type { ForwardItem } from './capture/forward-item.js';
export { jpegFault } from './encodings/jpeg-header.js';
export {
  LandmarkForwarder,
  type LandmarkStream,
  type StreamEnd,
  type StreamOpen,
  type StreamRefusal,
  StreamRefused,
} from './ports/landmark-forwarder.js';
export { type SharedTickets, type SpentTicket, SpentTickets, TICKET_TOLERANCE_S } from './claims/spent-tickets.js';
export {
  SessionValidator,
  type EndedSession,
  type SessionCheck,
  type SessionStatus,
} from './ports/session-validator.js';
