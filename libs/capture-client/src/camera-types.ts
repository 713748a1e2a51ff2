declare global {
  // the DOM's types of a camera, which a server's compiler does not know: there each is an object, here the DOM completes it
  /* eslint-disable @typescript-eslint/no-empty-object-type */
  interface MediaStream {}
  interface MediaStreamTrack {}
  interface MediaTrackConstraints {}
  interface HTMLVideoElement {}
  /* eslint-enable @typescript-eslint/no-empty-object-type */
}

/** What `getUserMedia` gives: a camera, or one track of it. */
export type Camera = MediaStream | MediaStreamTrack;

/** A camera that is switched on. */
export type CameraStream = MediaStream;

/** The constraints of a camera. */
export type CameraConstraints = MediaTrackConstraints;

/** The video in which a page shows its camera. */
export type CameraVideo = HTMLVideoElement;
