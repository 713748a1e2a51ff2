/** The modalities a message may name. PROTOCOL.md, "Common fields". */
export const MODALITIES = ['gesture', 'audio', 'speech', 'image', 'multimodal'] as const;

/** One of {@link MODALITIES}. */
export type Modality = (typeof MODALITIES)[number];

/** The only encoding a capture may announce. PROTOCOL.md, "capture.open". */
export const CAPTURE_ENCODING = 'jpeg';

/** The schema version a client of this release writes. The server accepts any 1.x.y. PROTOCOL.md, "Common fields". */
export const SCHEMA_VERSION = '1.0.1';

interface CommonFields {
  /** MAJOR.MINOR.PATCH; MAJOR is 1. */
  schema_version: string;
  /** UUID, new for every message of a connection. */
  record_id: string;
  /** ISO 8601; when the message was made. */
  timestamp: string;
  /** Identifier of the capture; the same on all its messages. */
  capture_id: string;
  /** The kind of the capture. */
  modality?: Modality | null;
  /** The sender of the message. */
  source?: string | null;
  /** The person who performs the gestures. */
  performer_id?: string | null;
}

/** First message of a connection, client to server. PROTOCOL.md, "capture.open". */
export interface CaptureOpenMessage extends CommonFields {
  event: 'capture.open';
  /** Identifier of the session's user. */
  user_id: string;
  /** Identifier of an active session of the user. */
  session_id: string;
  /** ISO 8601; the zero of the capture's event time. */
  timestamp_start: string;
  /** Frames a second that the client aims at. */
  fps_target: number;
  /** Pixels, of every frame. */
  width: number;
  /** Pixels, of every frame. */
  height: number;
  /** Of every frame. */
  encoding: typeof CAPTURE_ENCODING;
  /** What the caregiver says the gesture means. */
  annotation?: { intent: string } | null;
}

/** Announces the binary message that follows it, client to server. PROTOCOL.md, "capture.frame_meta". */
export interface CaptureFrameMetaMessage extends CommonFields {
  event: 'capture.frame_meta';
  /** The open's, if it is given. */
  user_id?: string | null;
  /** The open's, if it is given. */
  session_id?: string | null;
  /** 1 for the first frame, then one more each. */
  seq: number;
  /** ISO 8601; when the camera took the frame. */
  timestamp_frame: string;
  /** Length of the JPEG that follows, in bytes. */
  byte_length: number;
}

/** Ends a complete capture, client to server. PROTOCOL.md, "capture.close". */
export interface CaptureCloseMessage extends CommonFields {
  event: 'capture.close';
  /** The open's, if it is given. */
  user_id?: string | null;
  /** The open's, if it is given. */
  session_id?: string | null;
  /** ISO 8601; not before the last frame. */
  timestamp_end: string;
}

/** What a client may send as text. */
export type CaptureClientMessage = CaptureOpenMessage | CaptureFrameMetaMessage | CaptureCloseMessage;
