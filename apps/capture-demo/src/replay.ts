import type { FrameLandmarks } from './landmarks.js';
import { Overlay } from './overlay.js';
import type { Picture } from './recording.js';

/** Shows the landmarks of a recording again, and never its picture. */
export class Replay {
  readonly #overlay: Overlay;
  #worker: Worker | null = null;

  /** `changed` is called when it starts and stops. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly changed: (playing: boolean) => void,
  ) {
    this.#overlay = new Overlay(canvas);
  }

  /** Gives it the shape and the side of the recording's picture. */
  shape({ aspect, mirrored }: Picture): void {
    this.canvas.style.aspectRatio = String(1 / aspect);
    this.canvas.classList.toggle('mirrored', mirrored);
  }

  /** Starts, or stops what is shown. */
  toggle(capture_id: string): void {
    if (this.#worker) this.stop();
    else this.#play(capture_id);
  }

  stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#overlay.show(null);
    this.canvas.hidden = true;
    this.changed(false);
  }

  #play(capture_id: string): void {
    const worker = new Worker(new URL('./replay.worker.ts', import.meta.url), { type: 'module' });
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FrameLandmarks | null>) => {
      if (data) this.#overlay.show(data);
      else this.stop();
    });
    // its script did not come
    worker.addEventListener('error', () => this.stop());
    worker.postMessage(capture_id);
    this.canvas.hidden = false;
    this.changed(true);
  }
}
