import { handMovement, type HandMovement } from './hand-movement.js';
import { captureUrl, type FrameLandmarks, landmarksUrl } from './landmarks.js';

/** Whose movement is wanted, and the picture's height by its width. */
export interface MovementRequest {
  readonly capture_id: string;
  readonly aspect: number;
}

/** What this worker posts: how far the extractor is, any number of times, then one of the others. */
export type MovementReport =
  | { readonly kind: 'looking'; readonly processed: number; readonly frame_count: number }
  | { readonly kind: 'movement'; readonly movement: HandMovement }
  /** This server looks for no landmarks. */
  | { readonly kind: 'unlooked' }
  | { readonly kind: 'unavailable' };

const ASK_AGAIN_MS = 500;

// In a worker, since reading some megabytes of landmarks would hold up the page. PROTOCOL.md, "Landmarks".
addEventListener('message', ({ data }: MessageEvent<MovementRequest>) => {
  find(data).then(report, () => report({ kind: 'unavailable' }));
});

function report(message: MovementReport): void {
  postMessage(message);
}

async function find({ capture_id, aspect }: MovementRequest): Promise<MovementReport> {
  for (;;) {
    const answer = await fetch(`${landmarksUrl(capture_id)}?format=json`);
    switch (answer.status) {
      case 200: {
        const { frames } = (await answer.json()) as { frames: FrameLandmarks[] };
        return { kind: 'movement', movement: handMovement(frames, aspect) };
      }
      case 404:
        return { kind: 'unlooked' };
      case 409:
        await reportNumbers(capture_id);
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
        break;
      default:
        return { kind: 'unavailable' };
    }
  }
}

async function reportNumbers(capture_id: string): Promise<void> {
  const answer = await fetch(captureUrl(capture_id));
  if (!answer.ok) return;
  const { processed, frame_count } = (await answer.json()) as { processed: number; frame_count: number };
  report({ kind: 'looking', processed, frame_count });
}
