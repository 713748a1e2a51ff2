export type { CaptureAbortMessage } from './capture-abort.js';
export {
  CAPTURE_ERROR_CODES,
  DOWNSTREAM_ONLY_ERROR_CODES,
  type CaptureErrorCode,
  type DownstreamErrorCode,
} from './error-code.js';
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
export { CAPTURE_PATHS } from './paths.js';
