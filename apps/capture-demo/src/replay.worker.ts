import { fetchLandmarks, type FrameLandmarks } from './landmarks.js';

// Posts the landmarks of a recording at their original pace, then null; null at once without landmarks. In a worker, since
// reading some megabytes of landmarks would delay the page.
addEventListener('message', ({ data: capture_id }: MessageEvent<string>) => {
  fetchLandmarks(capture_id)
    .then(play)
    .catch(() => undefined)
    .then(
      () => postMessage(null),
      () => undefined,
    );
});

async function play(frames: readonly FrameLandmarks[]): Promise<void> {
  const started = performance.now();
  const [first] = frames;
  for (const frame of frames) {
    const at = Date.parse(frame.timestamp_frame) - Date.parse(first?.timestamp_frame ?? frame.timestamp_frame);
    await new Promise((resolve) => setTimeout(resolve, at - (performance.now() - started)));
    postMessage(frame);
  }
}
