import type { FrameSource } from './frame-source.js';

/** How a camera is used for a capture. */
export interface CameraSourceOptions {
  /** Leaves the camera on when the capture is over, for a page that still shows its picture. @default false */
  readonly keep_camera?: boolean;
}

/**
 * Frames of a camera, for {@link startCapture}; in browsers only. Scales what is larger than 640 x 480, or turned 480 x 640,
 * down; takes at most 15 frames a second; encodes them in a worker. Resolves with the camera's first picture. Rejects with
 * a CameraError. A camera that is taken away during the capture makes its frames throw a CameraError `camera_lost`.
 */
export function cameraSource(
  camera: MediaStream | MediaStreamTrack,
  options: CameraSourceOptions = {},
): Promise<FrameSource> {
  return Promise.reject(new Error(`not built yet: ${camera.id} ${options.keep_camera}`));
}
