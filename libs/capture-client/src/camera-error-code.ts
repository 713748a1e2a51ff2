/** The faults of a camera, before a capture or during it. */
export type CameraErrorCode =
  /** The person, the browser or the page's policy does not allow it. */
  | 'camera_refused'
  /** There is none. */
  | 'camera_missing'
  /** Another program has it, or the system does not give it. */
  | 'camera_busy'
  /** No camera meets the constraints. */
  | 'camera_unsuitable'
  /** The page was not loaded from https: or from this machine. */
  | 'camera_insecure'
  /** The browser has no API for cameras. */
  | 'camera_unsupported'
  /** The browser is too old for this library; see {@link isBrowserOutdated}. */
  | 'camera_browser_outdated'
  /** The browser falsifies what pages read from a canvas, as a protection against fingerprinting. */
  | 'camera_falsified'
  /** It was unplugged, switched off or taken by another program while in use. */
  | 'camera_lost'
  /** It gives no picture. */
  | 'camera_silent'
  /** Anything else, the cause beside it. */
  | 'camera_failed';
