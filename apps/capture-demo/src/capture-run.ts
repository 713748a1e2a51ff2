import {
  CameraError,
  type Capture,
  type CaptureProgress,
  cameraSource,
  type CaptureResult,
  type FrameSource,
  startCapture,
} from '@a3cp/capture-client';
import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import type { Camera } from './camera.js';
import type { Left, PageEvent } from './page-event.js';
import type { Session } from './page-state.js';
import { type Problem, problemOfEnd, problemOf } from './problem.js';
import type { Picture } from './recording.js';

/** One capture of the page's camera, and the receivers of its reports. */
export interface CaptureRunOptions {
  readonly camera: Camera;
  readonly stream: MediaStream;
  readonly session: Session;
  /** Empty for none. */
  readonly intent: string;
  /** Null for as long as the server allows. */
  readonly length_s: number | null;
  readonly onProgress: (progress: CaptureProgress, capture_id: string) => void;
  /** Called once, unless the run is given up. */
  readonly onSettled: (event: PageEvent) => void;
}

/** A capture from the page's camera, which stays on; it begins at once. */
export class CaptureRun {
  readonly #abort = new AbortController();
  #capture: Capture | null = null;
  #stopped = false;
  #elapsed_ms = 0;
  #source: FrameSource | null = null;
  readonly #mirrored: boolean;

  constructor(private readonly options: CaptureRunOptions) {
    this.#mirrored = options.camera.isMirror;
    void this.#run().then((event) => {
      if (!this.#abort.signal.aborted) options.onSettled(event);
    });
  }

  /** Ends it well, with what was sent so far. */
  stop(): void {
    this.#stopped = true;
    this.#capture?.stop();
  }

  /** Ends it at once, without further reports. */
  giveUp(): void {
    this.#abort.abort();
  }

  async #run(): Promise<PageEvent> {
    const { session, intent, length_s, stream, onProgress } = this.options;
    const duration = length_s !== null && { duration_ms: length_s * 1_000 };
    const { signal } = this.#abort;
    try {
      const source = await cameraSource(stream, { keep_camera: true });
      this.#source = source;
      const url = new URL(CAPTURE_PATHS[0], location.href.replace(/^http/, 'ws'));
      const capture = startCapture({ url, identity: session, source, signal, ...(intent && { intent }), ...duration });
      this.#capture = capture;
      if (this.#stopped) capture.stop();
      for await (const progress of capture) {
        if (progress.kind === 'progress') this.#elapsed_ms = progress.elapsed_ms;
        if (!signal.aborted) onProgress(progress, capture.capture_id);
      }
      return this.#settled(await capture.result);
    } catch (error) {
      if (error instanceof CameraError) return this.#lost(problemOf('recording', error.code));
      if (!signal.aborted) reportError(error);
      return this.#lost(problemOf('recording', 'page_failed'));
    }
  }

  #settled(result: CaptureResult): PageEvent {
    switch (result.kind) {
      case 'completed':
        return {
          type: 'capture.completed',
          result,
          elapsed_ms: this.#elapsed_ms,
          picture: this.#picture,
          left: this.#left,
        };
      case 'aborted':
        return this.#lost(problemOfEnd(result), result.retry === 'new_session' ? 'nothing' : this.#left);
      case 'failed':
        return this.#lost(problemOfEnd(result));
    }
  }

  #lost(problem: Problem, left = this.#left): PageEvent {
    return { type: 'capture.lost', problem, left };
  }

  get #picture(): Picture {
    // a phone may have been turned since, and its camera with it
    const { width, height } = this.#source ?? { width: 4, height: 3 };
    return { aspect: height / width, mirrored: this.#mirrored };
  }

  get #left(): Left {
    return this.options.camera.isLive ? 'camera' : 'session';
  }
}
