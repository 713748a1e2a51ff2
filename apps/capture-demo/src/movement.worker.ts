import { handMovement, type HandMovement } from './hand-movement.js';
import { fetchLandmarks, fetchNumbers, type FrameLandmarks } from './landmarks.js';

/** Whose movement is wanted, and the picture's height by its width. */
export interface MovementRequest {
  readonly capture_id: string;
  readonly aspect: number;
}

/** What is found of a capture: how far the extractor is, any number of times, then one of the others. */
export type MovementReport =
  | { readonly kind: 'looking'; readonly processed: number; readonly frame_count: number }
  | { readonly kind: 'movement'; readonly movement: HandMovement }
  | { readonly kind: 'no_hand' }
  | { readonly kind: 'no_person' }
  /** This server looks for no landmarks. */
  | { readonly kind: 'unlooked' }
  | { readonly kind: 'unavailable' };

const ASK_AGAIN_MS = 1_000;

/** What this worker posts. */
export interface MovementMessage {
  readonly capture_id: string;
  readonly report: MovementReport;
}

// In a worker, since reading some megabytes of landmarks would delay the page. docs/integration/landmarks.md.
addEventListener('message', ({ data }: MessageEvent<MovementRequest>) => {
  const post = (report: MovementReport): void => {
    postMessage({ capture_id: data.capture_id, report } satisfies MovementMessage);
  };
  find(data, post).then(post, () => post({ kind: 'unavailable' }));
});

async function find(
  { capture_id, aspect }: MovementRequest,
  post: (report: MovementReport) => void,
): Promise<MovementReport> {
  for (;;) {
    const { landmark_state, processed, frame_count } = await fetchNumbers(capture_id);
    switch (landmark_state) {
      case 'running':
        post({ kind: 'looking', processed, frame_count });
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
        break;
      case 'complete':
      case 'failed':
        return movementIn(await fetchLandmarks(capture_id), aspect);
      case 'off':
        return { kind: 'unlooked' };
      case 'dropped':
        return { kind: 'unavailable' };
    }
  }
}

function movementIn(frames: readonly FrameLandmarks[], aspect: number): MovementReport {
  const movement = handMovement(frames, aspect);
  if (movement.left.seen + movement.right.seen > 0) return { kind: 'movement', movement };
  return { kind: frames.some(({ pose, face }) => pose ?? face) ? 'no_hand' : 'no_person' };
}
