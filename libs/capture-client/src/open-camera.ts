import { isBrowserOutdated } from './browser-age.js';
import { CameraError } from './camera-error.js';
import type { CameraErrorCode } from './camera-error-code.js';
import type { CameraConstraints, CameraStream } from './camera-types.js';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';

/** The names of what `getUserMedia` rejects with. https://www.w3.org/TR/mediacapture-streams/#methods-5 */
const CODES = new Map<string, CameraErrorCode>([
  ['NotAllowedError', 'camera_refused'],
  ['SecurityError', 'camera_refused'],
  ['NotFoundError', 'camera_missing'],
  ['NotReadableError', 'camera_busy'],
  ['AbortError', 'camera_busy'],
  ['OverconstrainedError', 'camera_unsuitable'],
]);

/**
 * Asks for a camera of 640 x 480 at 15 frames a second, or the nearest there is, without sound; in browsers only.
 * `constraints` are laid over these. Rejects with a CameraError.
 */
export async function openCamera(constraints: CameraConstraints = {}): Promise<CameraStream> {
  const { max_width, max_height, max_fps } = DEFAULT_CLIENT_LIMITS;
  const size = { width: { ideal: max_width }, height: { ideal: max_height } };
  // a browser that made the picture fit by itself would cut off what does not have its shape
  const video = { ...size, frameRate: { ideal: max_fps }, resizeMode: 'none' };
  if (!globalThis.isSecureContext) throw new CameraError('camera_insecure');
  if (isBrowserOutdated()) throw new CameraError('camera_browser_outdated');
  if (!('mediaDevices' in navigator)) throw new CameraError('camera_unsupported');
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { ...video, ...constraints }, audio: false });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    const code = CODES.get(name) ?? 'camera_failed';
    // WebKit also reports this without any camera
    const is_missing = code === 'camera_unsuitable' && !(await isCameraThere());
    throw new CameraError(is_missing ? 'camera_missing' : code, { cause: error });
  }
}

/** True also where the browser does not list its cameras, so that the first error stays the one that is reported. */
async function isCameraThere(): Promise<boolean> {
  return navigator.mediaDevices.enumerateDevices().then(
    (devices) => devices.some(({ kind }) => kind === 'videoinput'),
    () => true,
  );
}
