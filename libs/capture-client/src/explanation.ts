import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import type { CameraErrorCode } from './camera-error-code.js';

/** Whether trying again helps: at once, after a while, only after something was changed, or in a new session. */
export type Retry = 'now' | 'later' | 'after_change' | 'new_session';

/** What went wrong, in words for the person who holds the camera. */
export interface Explanation {
  /** One or two sentences: what happened, and what to do. */
  readonly explanation: string;
  /** The code that the words belong to: the key for a catalogue in another language. */
  readonly explained_code: ExplainedCode;
  readonly retry: Retry;
}

/** Why a capture ended without the server's `capture.abort`, as this client saw it. PROTOCOL.md, "Close codes". */
export type ConnectionFailure =
  /** No connection came about. */
  | 'server_unreachable'
  /** The server, or the network to it, gave no answer in time. */
  | 'server_silent'
  /** The connection broke, or nothing went through it any more. */
  | 'connection_lost'
  /** 1001: the server is shutting down. */
  | 'server_stopping'
  /** 1003, 1008, 1009: the server could not take a message. */
  | 'message_refused'
  /** 1011: something inside the server broke. */
  | 'server_failed'
  /** The connection ended, and the server did not confirm every frame that was sent. */
  | 'not_confirmed';

/** Everything that can end a capture, or keep it from beginning, except the caller. */
export type ExplainedCode = CaptureErrorCode | ConnectionFailure | CameraErrorCode | 'network_too_slow';

/** What the client knows of a capture at its end, which explains its code. */
export interface EndCircumstances {
  /** Frames were sent that are not acknowledged. */
  readonly frames_on_the_way: boolean;
  /** The source has given no frame for seconds. */
  readonly source_is_silent: boolean;
}

/** The English words for each code; complete by its type. */
const EXPLANATIONS: Readonly<Record<ExplainedCode, Omit<Explanation, 'explained_code'>>> = {
  protocol_violation: {
    explanation: 'The server did not understand this app. Please load the page again; if it comes back, tell support.',
    retry: 'after_change',
  },
  limit_duration_exceeded: {
    explanation: 'The recording took too long to arrive. Please make a shorter one.',
    retry: 'after_change',
  },
  limit_frame_count_exceeded: {
    explanation: 'The recording had too many pictures. Please make a shorter one.',
    retry: 'after_change',
  },
  limit_resolution_exceeded: {
    explanation: 'The pictures of this camera are too large for the server. Please choose a smaller picture.',
    retry: 'after_change',
  },
  limit_fps_exceeded: {
    explanation: 'This camera takes more pictures a second than the server can use. Please choose a slower rate.',
    retry: 'after_change',
  },
  limit_frame_bytes_exceeded: {
    explanation: 'A picture was too detailed to be sent. A plainer background or more light helps.',
    retry: 'after_change',
  },
  limit_total_bytes_exceeded: {
    explanation: 'The recording became too large. Please make a shorter one.',
    retry: 'after_change',
  },
  limit_forward_buffer_exceeded: {
    explanation: 'The server could not keep up for a moment. Please try again.',
    retry: 'now',
  },
  limit_concurrent_captures_exceeded: {
    explanation: 'Too many recordings are running at the moment. Please wait a little and try again.',
    retry: 'later',
  },
  frame_invalid: {
    explanation:
      'A picture could not be read by the server. Please load the page again; if it comes back, tell support.',
    retry: 'after_change',
  },
  forward_failed: {
    explanation: 'The part of the server that looks at the pictures did not answer. Please try again.',
    retry: 'now',
  },
  session_invalid: {
    explanation: 'The server does not know this session. Please start a new session.',
    retry: 'new_session',
  },
  session_closed: {
    explanation: 'This session has been ended. Please start a new session.',
    retry: 'new_session',
  },
  session_unavailable: {
    explanation: 'The server cannot check the session at the moment. Please wait a little and try again.',
    retry: 'later',
  },
  server_shutdown: {
    explanation: 'The server is being restarted. Please try again.',
    retry: 'now',
  },

  server_unreachable: {
    explanation: 'The server cannot be reached. Please check that this device is online and try again.',
    retry: 'later',
  },
  server_silent: {
    explanation: 'The server did not answer in time. Please check the network and try again.',
    retry: 'later',
  },
  connection_lost: {
    explanation: 'The connection was lost during the recording. Please check the network and try again.',
    retry: 'now',
  },
  network_too_slow: {
    explanation:
      'The network was too slow, so the recording did not arrive. Please try again where the connection is better.',
    retry: 'now',
  },
  server_stopping: {
    explanation: 'The server is being restarted. Please wait a little and try again.',
    retry: 'later',
  },
  message_refused: {
    explanation: 'The server did not understand this app. Please load the page again; if it comes back, tell support.',
    retry: 'after_change',
  },
  server_failed: {
    explanation: 'Something went wrong on the server. Please try again; if it comes back, tell support.',
    retry: 'now',
  },
  not_confirmed: {
    explanation: 'The server did not confirm that the whole recording arrived. Please try again.',
    retry: 'now',
  },

  camera_refused: {
    explanation: 'The camera may not be used here. Please allow it for this page in the browser, then try again.',
    retry: 'after_change',
  },
  camera_missing: {
    explanation: 'No camera was found. Please connect one and try again.',
    retry: 'after_change',
  },
  camera_busy: {
    explanation: 'The camera is in use by another program. Please close that program and try again.',
    retry: 'after_change',
  },
  camera_unsuitable: {
    explanation: 'No camera here can do what was asked for. Please choose another camera.',
    retry: 'after_change',
  },
  camera_insecure: {
    explanation:
      'Browsers show the camera to secure pages only. Please open this page with an address that begins with https.',
    retry: 'after_change',
  },
  camera_unsupported: {
    explanation: 'This browser cannot use a camera. Please use another browser.',
    retry: 'after_change',
  },
  camera_browser_outdated: {
    explanation:
      'This browser is too old. Please update this device or its browser, or use a current Chrome, Edge, Firefox or Safari.',
    retry: 'after_change',
  },
  camera_falsified: {
    explanation:
      'This browser hides the pictures from this page, to protect against tracking. Please allow the page to use “canvas image data”, with the sign beside the address, and try again; or use another browser.',
    retry: 'after_change',
  },
  camera_lost: {
    explanation: 'The camera was taken away. Please check it and try again.',
    retry: 'after_change',
  },
  camera_silent: {
    explanation: 'The camera gives no pictures. Please keep this page in view, check the camera and try again.',
    retry: 'after_change',
  },
  camera_failed: {
    explanation: 'The camera does not work. Please unplug it or restart the browser, then try again.',
    retry: 'after_change',
  },
};

/**
 * The words for a code and whether trying again helps; a code that only a newer server knows has those of `server_failed`.
 * PROTOCOL.md, "Error codes" and "Close codes".
 */
export function explain(code: ExplainedCode): Explanation {
  const explained_code = Object.keys(EXPLANATIONS).includes(code) ? code : 'server_failed';
  return { ...EXPLANATIONS[explained_code], explained_code };
}

/** Codes that end a capture for lack of time. This client keeps the protocol, so none of them is its fault. */
const LACK_OF_TIME: readonly ExplainedCode[] = ['protocol_violation', 'limit_duration_exceeded', 'server_silent'];

/** The words for the end of a capture: the network or the camera is named where it kept the frames from arriving in time. */
export function explainEnd(
  code: ExplainedCode,
  { frames_on_the_way, source_is_silent }: EndCircumstances,
): Explanation {
  if (!LACK_OF_TIME.includes(code)) return explain(code);
  if (frames_on_the_way) return explain('network_too_slow');
  return explain(source_is_silent ? 'camera_silent' : code);
}
