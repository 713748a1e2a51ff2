/** How long the browser may show no picture by itself before every animation frame is asked for one. */
const SILENCE_MS = 1_000;

/** `readyState` of a video that has a picture to show. */
const HAVE_CURRENT_DATA = 2;

/**
 * Calls `seen` for each new picture of a playing video, with its camera time in milliseconds or null, until it is closed.
 * Where the browser has no `requestVideoFrameCallback`, has not called it yet or is silent for 1 s, as WebKitGTK always is,
 * the animation frames with a new picture take over.
 */
export class VideoPictures {
  #closed = false;
  /** The browser has called back for a picture of this video. */
  #calls_back = false;
  #timeOf: ((picture: VideoFrameCallbackMetadata) => number | null) | null = null;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #animation: number | null = null;
  #count = 0;
  #time = -1;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly seen: (camera_ms: number | null) => void,
  ) {
    this.#awaitPicture();
    this.#awaitAnimation();
  }

  close(): void {
    this.#closed = true;
    this.#leaveAnimation();
  }

  #awaitPicture(): void {
    if (!('requestVideoFrameCallback' in this.video)) return;
    this.video.requestVideoFrameCallback((_now, picture) => {
      if (this.#closed) return;
      this.#calls_back = true;
      this.#leaveAnimation();
      this.#silence = setTimeout(() => this.#takeOver(), SILENCE_MS);
      this.#awaitPicture();
      // a browser that does not know when a picture was taken knows its time in the stream
      this.#timeOf ??= picture.captureTime === undefined ? mediaTime : captureTime;
      this.seen(this.#timeOf(picture));
    });
  }

  #takeOver(): void {
    this.#count = pictureCount(this.video);
    this.#awaitAnimation();
  }

  #awaitAnimation(): void {
    // a page of jsdom has none
    if (!('requestAnimationFrame' in globalThis)) return;
    this.#animation = requestAnimationFrame(() => {
      this.#awaitAnimation();
      if (this.#isNew()) this.seen(this.video.currentTime * 1_000);
    });
  }

  #leaveAnimation(): void {
    clearTimeout(this.#silence);
    if (this.#animation !== null) cancelAnimationFrame(this.#animation);
    this.#animation = null;
  }

  /**
   * Whether the video shows another picture than before. The time of a live video passes without one too, so it counts only
   * where the browser neither counts the pictures nor ever calls back for them.
   */
  #isNew(): boolean {
    const count = pictureCount(this.video);
    const { currentTime: time, readyState } = this.video;
    const is_new = count > 0 ? count !== this.#count : !this.#calls_back && time !== this.#time;
    this.#count = count;
    this.#time = time;
    return is_new && readyState >= HAVE_CURRENT_DATA;
  }
}

/** Pictures the video has shown so far; 0 in a browser that does not count those of a camera, as Firefox. */
function pictureCount(video: HTMLVideoElement): number {
  return 'getVideoPlaybackQuality' in video ? video.getVideoPlaybackQuality().totalVideoFrames : 0;
}

const mediaTime = (picture: VideoFrameCallbackMetadata): number => picture.mediaTime * 1_000;
// Its zero is another one: a picture without it has no time.
const captureTime = (picture: VideoFrameCallbackMetadata): number | null => picture.captureTime ?? null;
