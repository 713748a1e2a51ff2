import type { CaptureProgress } from '@a3cp/capture-client';
import type { Camera } from './camera.js';
import { CaptureRun } from './capture-run.js';
import type { ClockView } from './clock-view.js';
import { LiveLandmarks } from './live-landmarks.js';
import type { LegendView } from './legend-view.js';
import type { NumbersView } from './numbers-view.js';
import type { Overlay } from './overlay.js';
import type { PageEvent } from './page-event.js';
import type { Session } from './page-state.js';
import { problemOf } from './problem.js';

/** Where a capture is seen. */
export interface CaptureViews {
  readonly overlay: Overlay;
  readonly legend: LegendView;
  readonly numbers: NumbersView;
  readonly clock: ClockView;
}

/** The page's captures, one after another, each with its live landmarks. */
export class Captures {
  #run: CaptureRun | null = null;
  #landmarks: LiveLandmarks | null = null;
  #length_ms: number | null = null;

  constructor(
    private readonly camera: Camera,
    private readonly views: CaptureViews,
    private readonly dispatch: (event: PageEvent) => void,
  ) {}

  /** Starts one, with the camera that is on. */
  start(session: Session, intent: string, length_s: number | null): void {
    this.#length_ms = length_s === null ? null : length_s * 1_000;
    this.views.numbers.reset();
    this.views.legend.show(true);
    const { camera } = this;
    if (!camera.stream) {
      this.dispatch({ type: 'capture.lost', problem: problemOf('recording', 'camera_lost'), left: 'session' });
      return;
    }
    this.#run = new CaptureRun({
      camera,
      stream: camera.stream,
      session,
      intent,
      length_s,
      onProgress: (progress, capture_id) => this.#follow(progress, capture_id),
      onSettled: (event) => {
        this.#leaveLive();
        this.dispatch(event);
      },
    });
  }

  /** Ends the running one well. */
  stop(): void {
    this.#run?.stop();
  }

  /** Ends the running one at once. */
  giveUp(): void {
    this.#run?.giveUp();
    this.#leaveLive();
  }

  #follow(progress: CaptureProgress, capture_id: string): void {
    switch (progress.kind) {
      case 'opened':
        this.views.clock.start(this.#length_ms ?? progress.limits.max_duration_ms);
        // now the extractor knows the capture
        this.#landmarks = new LiveLandmarks(capture_id, {
          show: (landmarks) => this.views.overlay.show(landmarks),
          unlooked: () => this.views.legend.show(false),
        });
        return;
      case 'progress':
        this.views.numbers.show(progress);
        return;
      case 'network':
        this.dispatch({ type: 'network.changed', waiting: progress.waiting });
        return;
      case 'closing':
        this.views.clock.stop();
        this.dispatch({ type: 'capture.closing' });
    }
  }

  #leaveLive(): void {
    this.views.clock.stop();
    this.#landmarks?.close();
    this.views.overlay.show(null);
  }
}
