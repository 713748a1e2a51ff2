import { isBrowserOutdated } from './browser-age.js';
import type { CameraEncoder, CameraListener } from './camera-encoder.js';
import { CameraError } from './camera-error.js';
import type { CameraErrorCode } from './camera-error-code.js';
import type { Camera } from './camera-types.js';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import type { Size } from './fit-size.js';
import type { EncodedFrame } from './frame-encoder.js';
import type { CaptureFrame, FrameBudget, FrameSource } from './frame-source.js';
import { LatestFrame } from './latest-frame.js';
import { trackProcessorConstructor } from './media-stream-track-processor.js';
import { PageEncoder } from './page-encoder.js';
import { startEncoderWorker, WorkerEncoder } from './worker-encoder.js';

/** For a camera's first picture. */
const FIRST_PICTURE_TIMEOUT_MS = 5_000;

/** How long a camera may be muted during a capture, as a telephone call or a switch does it, before it counts as lost. */
const MUTE_TIMEOUT_MS = 2_000;

/** The options of a camera's frames. */
export interface CameraSourceOptions {
  /** Leaves the camera on when the capture is over, for a page that still shows its picture. @default false */
  readonly keep_camera?: boolean;
}

/**
 * Frames of a camera, for {@link startCapture}; in browsers only. Scales what is larger than 640 x 480, or turned 480 x 640,
 * down; takes at most 15 frames a second; encodes them in a worker where browser and page allow one. Resolves with the camera's
 * first picture. Rejects with a CameraError, and switches the camera off then unless `keep_camera`. A camera that is taken away
 * during the capture makes its frames throw a CameraError `camera_lost`.
 */
export async function cameraSource(
  camera: Camera,
  { keep_camera = false }: CameraSourceOptions = {},
): Promise<FrameSource> {
  const tracks = 'getTracks' in camera ? camera.getTracks() : [camera];
  const switchOff = (): void => {
    if (!keep_camera) for (const track of tracks) track.stop();
  };
  try {
    if (isBrowserOutdated()) throw new CameraError('camera_browser_outdated');
    const track = tracks.find(({ kind }) => kind === 'video');
    if (!track) throw new CameraError('camera_missing');
    return await CameraSource.open(track, switchOff);
  } catch (error) {
    switchOff();
    throw error instanceof CameraError ? error : new CameraError('camera_failed', { cause: error });
  }
}

/** The best encoder that browser and page allow. */
async function encoderOf(track: MediaStreamTrack, listener: CameraListener): Promise<CameraEncoder> {
  const TrackProcessor = trackProcessorConstructor();
  if (TrackProcessor && 'OffscreenCanvas' in globalThis) {
    const worker = await startEncoderWorker();
    if (worker) return new WorkerEncoder(worker, new TrackProcessor({ track, maxBufferSize: 1 }), listener);
  }
  return new PageEncoder(track, listener);
}

class CameraSource implements FrameSource, CameraListener {
  readonly fps_target: number;
  readonly #frames = new LatestFrame();
  #encoder: CameraEncoder | null = null;
  #closed = false;
  readonly #first_picture: Promise<void>;
  #seen!: () => void;
  #lost!: (error: CameraError) => void;
  #width = 0;
  #height = 0;
  #muted: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    private readonly track: MediaStreamTrack,
    private readonly switchOff: () => void,
  ) {
    const { frameRate = DEFAULT_CLIENT_LIMITS.max_fps } = track.getSettings();
    this.fps_target = Math.max(1, Math.min(DEFAULT_CLIENT_LIMITS.max_fps, Math.round(frameRate)));
    this.#first_picture = new Promise((resolve, reject) => {
      this.#seen = resolve;
      this.#lost = reject;
    });
    encoderOf(track, this).then(
      (encoder) => {
        if (this.#closed) encoder.close();
        else this.#encoder = encoder;
      },
      (error: unknown) => this.lost('camera_failed', error),
    );
    track.addEventListener('ended', this.#onEnded);
    track.addEventListener('mute', this.#onMute);
    track.addEventListener('unmute', this.#onUnmute);
  }

  /** Resolves with the camera's first picture. */
  static async open(track: MediaStreamTrack, switchOff: () => void): Promise<CameraSource> {
    if (track.readyState === 'ended') throw new CameraError('camera_lost');
    const source = new CameraSource(track, switchOff);
    const late = setTimeout(() => source.lost('camera_silent'), FIRST_PICTURE_TIMEOUT_MS);
    try {
      await source.#first_picture;
      return source;
    } catch (error) {
      source.close();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  frames(budget: FrameBudget): AsyncIterable<CaptureFrame> {
    if (this.track.muted) this.#onMute();
    this.#encoder?.start(budget);
    return this.#frames;
  }

  close(): void {
    clearTimeout(this.#muted);
    this.track.removeEventListener('ended', this.#onEnded);
    this.track.removeEventListener('mute', this.#onMute);
    this.track.removeEventListener('unmute', this.#onUnmute);
    this.#closed = true;
    this.#encoder?.close();
    this.switchOff();
  }

  sized({ width, height }: Size): void {
    this.#width = width;
    this.#height = height;
    this.#seen();
  }

  frame({ jpeg, timestamp_ms }: EncodedFrame): void {
    this.#frames.put({ jpeg: new Uint8Array(jpeg), timestamp_frame: new Date(timestamp_ms) });
  }

  lost(code: CameraErrorCode, cause?: unknown): void {
    const error = new CameraError(code, { cause });
    this.#lost(error);
    this.#frames.fail(error);
  }

  readonly #onEnded = (): void => this.lost('camera_lost');

  readonly #onMute = (): void => {
    this.#onUnmute();
    this.#muted = setTimeout(() => this.lost('camera_lost'), MUTE_TIMEOUT_MS);
  };

  readonly #onUnmute = (): void => clearTimeout(this.#muted);
}
