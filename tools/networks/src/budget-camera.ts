import type { CaptureFrame, FrameBudget, FrameSource } from '@a3cp/capture-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { PICTURE_SIZE, type Qualities } from './pictures.js';

/** Frames a second of every camera in the laboratory. */
export const CAMERA_FPS = 15;

const INTERVAL_MS = 1_000 / CAMERA_FPS;

/** A camera that takes pictures by the clock, over and over, each in the best quality that fits the budget of its moment. */
export class BudgetCamera implements FrameSource {
  readonly width = PICTURE_SIZE.width;
  readonly height = PICTURE_SIZE.height;
  readonly fps_target = CAMERA_FPS;
  readonly #closed = new AbortController();

  constructor(private readonly pictures: readonly Qualities[]) {}

  async *frames(budget: FrameBudget): AsyncGenerator<CaptureFrame, void, undefined> {
    const { signal } = this.#closed;
    const begun = performance.now();
    const started = Date.now();
    for (let number = 0; ;) {
      const due_ms = number * INTERVAL_MS;
      await sleep(Math.max(0, begun + due_ms - performance.now()), undefined, { signal });
      yield { jpeg: this.#encode(number, budget.max_frame_bytes), timestamp_frame: new Date(started + due_ms) };
      // a picture whose time has passed is dropped
      number = Math.max(number + 1, Math.floor((performance.now() - begun) / INTERVAL_MS));
    }
  }

  close(): void {
    this.#closed.abort();
  }

  /** Like a browser's encoder, it has a lowest quality: that of a picture for which the budget is too small. */
  #encode(number: number, max_frame_bytes: number): Uint8Array<ArrayBuffer> {
    const qualities = this.pictures[number % this.pictures.length] ?? [];
    const jpeg = qualities.findLast(({ byteLength }) => byteLength <= max_frame_bytes) ?? qualities[0];
    if (!jpeg) throw new Error('the camera has no pictures');
    return jpeg;
  }
}
