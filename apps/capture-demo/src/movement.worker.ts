import { handMovement, type HandMovement } from './hand-movement.js';
import { fetchNumbers, type FrameLandmarks, landmarksUrl } from './landmarks.js';

/** Whose movement is wanted, and the picture's height by its width. */
export interface MovementRequest {
  readonly capture_id: string;
  readonly aspect: number;
}

/** What this worker posts: how far the extractor is, any number of times, then one of the others. */
export type MovementReport =
  | { readonly kind: 'looking'; readonly processed: number; readonly frame_count: number }
  | { readonly kind: 'movement'; readonly movement: HandMovement }
  /** No hand was seen. */
  | { readonly kind: 'unseen' }
  /** This server looks for no landmarks. */
  | { readonly kind: 'unlooked' }
  | { readonly kind: 'unavailable' };

const ASK_AGAIN_MS = 1_000;

// In a worker, since reading some megabytes of landmarks would hold up the page. PROTOCOL.md, "Landmarks".
addEventListener('message', ({ data }: MessageEvent<MovementRequest>) => {
  find(data).then(report, () => report({ kind: 'unavailable' }));
});

function report(message: MovementReport): void {
  postMessage(message);
}

async function find({ capture_id, aspect }: MovementRequest): Promise<MovementReport> {
  for (;;) {
    const { landmark_state, processed, frame_count } = await fetchNumbers(capture_id);
    switch (landmark_state) {
      case 'running':
        report({ kind: 'looking', processed, frame_count });
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
        break;
      case 'complete':
      case 'failed': {
        const answer = await fetch(`${landmarksUrl(capture_id)}?format=json`);
        const { frames } = (await answer.json()) as { frames: FrameLandmarks[] };
        const movement = handMovement(frames, aspect);
        return movement.left.seen + movement.right.seen > 0 ? { kind: 'movement', movement } : { kind: 'unseen' };
      }
      case 'off':
        return { kind: 'unlooked' };
      case 'dropped':
        return { kind: 'unavailable' };
    }
  }
}
