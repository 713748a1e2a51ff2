/** One picture and when the camera took it. PROTOCOL.md, "frame bytes". */
export interface CaptureFrame {
  /** One whole JPEG file. */
  readonly jpeg: Uint8Array<ArrayBuffer>;
  readonly timestamp_frame: Date;
}

/** What a source is held to. The value may change between two frames: a server that speaks a3cp.capture.v1 tells its own. */
export interface FrameBudget {
  /** Bytes one frame may have; a larger one is skipped. PROTOCOL.md, "Limits". */
  readonly max_frame_bytes: number;
}

/**
 * Pictures of one size, of a camera or of anything else that yields JPEG files. The size can change until the first frame
 * was given: a telephone may be turned before the capture.
 */
export interface FrameSource {
  /** Pixels; every frame's. */
  readonly width: number;
  /** Pixels; every frame's. */
  readonly height: number;
  /** Frames a second, a whole number. */
  readonly fps_target: number;
  /**
   * The frames, as the camera takes them: it sets the pace, and its end is the capture's. Called once, and asked for the
   * next frame as soon as it has given one; keeps no more than the newest for a taker who is late.
   */
  frames(budget: FrameBudget): AsyncIterable<CaptureFrame>;
  /** Lets go of what the frames come from. Called once on every path, also when `frames` never was. */
  close(): void;
}
