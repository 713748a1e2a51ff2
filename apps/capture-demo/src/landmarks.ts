/** One point of a body. docs/integration/landmarks.md. */
export interface Landmark {
  /** Fraction of the picture's width, from its left. */
  readonly x: number;
  /** Fraction of the picture's height, from its top. */
  readonly y: number;
  /** 0 to 1; of a pose only. */
  readonly visibility?: number;
  /** The point is placed outside the picture. */
  readonly outside?: true;
}

/** What was found in one frame; a part that was not found is null. docs/integration/landmarks.md. */
export interface FrameLandmarks {
  readonly seq: number;
  /** ISO 8601. */
  readonly timestamp_frame: string;
  readonly pose: readonly Landmark[] | null;
  readonly left_hand: readonly Landmark[] | null;
  readonly right_hand: readonly Landmark[] | null;
  readonly face: readonly Landmark[] | null;
}

/** What the extractor says of a capture. docs/integration/landmarks.md. */
export interface CaptureNumbers {
  readonly frame_count: number;
  /** Frames whose landmarks were looked for. */
  readonly processed: number;
  /** `off` if this server looks for none. */
  readonly landmark_state: 'off' | 'running' | 'complete' | 'failed' | 'dropped';
}

/** Asks the extractor how far it is with a capture. Rejects if it does not answer with numbers. */
export async function fetchNumbers(capture_id: string): Promise<CaptureNumbers> {
  const answer = await fetch(captureUrl(capture_id));
  if (!answer.ok) throw new Error(`the extractor answered ${answer.status}`);
  return (await answer.json()) as CaptureNumbers;
}

/** Asks the extractor for the landmarks of all frames of a capture that is done. Rejects if it has none. */
export async function fetchLandmarks(capture_id: string): Promise<readonly FrameLandmarks[]> {
  const answer = await fetch(`${landmarksUrl(capture_id)}?format=json`);
  if (!answer.ok) throw new Error(`the extractor answered ${answer.status}`);
  return ((await answer.json()) as { frames: FrameLandmarks[] }).frames;
}

/** Has the extractor forget a capture that is over. Rejects if it does not. */
export async function discardCapture(capture_id: string): Promise<void> {
  const answer = await fetch(captureUrl(capture_id), { method: 'DELETE' });
  // it forgets by itself after a while
  if (!answer.ok && answer.status !== 404) throw new Error(`the extractor answered ${answer.status}`);
}

/** Where the landmarks of a capture are. */
export function landmarksUrl(capture_id: string): string {
  return `${captureUrl(capture_id)}/landmarks`;
}

function captureUrl(capture_id: string): string {
  return `/landmark_extractor/captures/${encodeURIComponent(capture_id)}`;
}
