/**
 * Asks for a camera of 640 x 480 at 15 frames a second, or the nearest there is, without sound; in browsers only.
 * `constraints` are laid over these. Rejects with a CameraError.
 */
export function openCamera(constraints: MediaTrackConstraints = {}): Promise<MediaStream> {
  return Promise.reject(new Error(`not built yet: ${Object.keys(constraints).join()}`));
}
