/** One picture and when the camera took it. PROTOCOL.md, "frame bytes". */
export interface CaptureFrame {
  /** One whole JPEG file. */
  readonly jpeg: Uint8Array<ArrayBuffer>;
  readonly timestamp_frame: Date;
}

/** What the network has room for. The value changes from frame to frame. */
export interface FrameBudget {
  /**
   * Bytes that the network carries in one frame's time, from 6,000 to the server's limit; a source encodes its next frame
   * to it. A larger frame takes the room of several: frames after it are left out, evenly. A frame over the server's limit is
   * never sent. PROTOCOL.md, "Limits".
   */
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
   * Whether the frames wait for the network, as those of files do. The source is asked for its next frame only once the last
   * one has gone out, and the network leaves none out. A live source does not wait: it is asked at once, and a frame that
   * the network has no room for is left out. @default false
   */
  readonly waits?: boolean;
  /**
   * The frames, in the order of their time; their end is the capture's. Called once. A live source sets the pace, and keeps
   * no more than the newest frame until it is asked.
   */
  frames(budget: FrameBudget): AsyncIterable<CaptureFrame>;
  /** Releases what the frames come from. Called once on every path, also when `frames` never was. */
  close(): void;
}
