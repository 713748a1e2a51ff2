import type { CaptureFrame, FrameSource } from '@a3cp/capture-client';
import { greyJpeg } from '@a3cp/testing';

const FPS = 15;

/** A source of `count` frames, 15 a second. */
export function frames(count: number): FrameSource {
  const jpeg = new Uint8Array(greyJpeg(640, 480, 10_000));
  return {
    width: 640,
    height: 480,
    fps_target: FPS,
    waits: true,
    async *frames(): AsyncGenerator<CaptureFrame> {
      const start = Date.now();
      for (let frame = 0; frame < count; frame++) {
        yield { jpeg, timestamp_frame: new Date(start + (frame * 1000) / FPS) };
      }
    },
    close: () => undefined,
  };
}
