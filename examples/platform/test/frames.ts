import type { CaptureFrame, FrameSource } from '@a3cp/capture-client';

/** A grey picture of 64 x 48 pixels. */
const JPEG = Uint8Array.from(
  Buffer.from(
    '/9j/2wBDABsbGxscGx4hIR4qLSgtKj04MzM4PV1CR0JHQl2NWGdYWGdYjX2Xe3N7l33gsJycsOD/2c7Z////////////////2wBDARsbGxscGx4hIR4qLSgtKj04MzM4PV1CR0JHQl2NWGdYWGdYjX2Xe3N7l33gsJycsOD/2c7Z////////////////wgARCAAwAEADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIQAxAAAACgAAAAAAAAAAAf/8QAFBABAAAAAAAAAAAAAAAAAAAAUP/aAAgBAQABPwBD/8QAFBEBAAAAAAAAAAAAAAAAAAAAMP/aAAgBAgEBPwBP/8QAFBEBAAAAAAAAAAAAAAAAAAAAMP/aAAgBAwEBPwBP/9k=',
    'base64',
  ),
);

/** A source of `count` frames, 15 a second. */
export function frames(count: number): FrameSource {
  return {
    width: 64,
    height: 48,
    fps_target: 15,
    waits: true,
    async *frames(): AsyncGenerator<CaptureFrame> {
      const start = Date.now();
      for (let frame = 0; frame < count; frame++) {
        yield { jpeg: JPEG, timestamp_frame: new Date(start + (frame * 1000) / 15) };
      }
    },
    close: () => undefined,
  };
}
