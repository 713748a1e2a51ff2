/** Everything on a wire that has a type here, for its schema to be taken from. */
export type {
  CaptureAbortMessage,
  CaptureAckMessage,
  CaptureClosedMessage,
  CaptureCloseMessage,
  CaptureFrameMetaMessage,
  CaptureOpenedMessage,
  CaptureOpenMessage,
} from '@a3cp/capture-protocol';
export type { DirectAnswer, DirectEndMessage, DirectFrameHeader, DirectOpenMessage } from '@a3cp/landmark-forwarders';
export type { CaptureSummary, FrameLandmarksMessage } from '@a3cp/landmark-extractor';
export type { IssuedTicket, Session, SessionStatus } from '@a3cp/session-manager';
