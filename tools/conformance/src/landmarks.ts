import { randomUUID } from 'node:crypto';
import { RemoteSite, type Surroundings } from './remote-site.js';
import { replay } from './replay.js';
import type { Transcript } from './transcript.js';

const TIMEOUT_MS = 5_000;

/**
 * Whether the server looks for landmarks, as far as can be seen: it makes one capture, and asks the extractor beside the gateway
 * about it. docs/integration/landmarks.md.
 */
export async function looksForLandmarks(surroundings: Surroundings): Promise<boolean> {
  const capture_id = randomUUID();
  const summary = new URL(`/landmark_extractor/captures/${capture_id}`, surroundings.url.replace(/^ws/, 'http'));
  try {
    const transcript = captureOf(capture_id);
    if ((await replay(transcript, await RemoteSite.for(transcript, surroundings))) !== null) return false;
    const answer = await fetch(summary, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { landmark_state = 'off' } = (await answer.json()) as { landmark_state?: string };
    return answer.ok && landmark_state !== 'off';
  } catch {
    // no session, or no extractor beside this gateway: the transcripts say what is wrong
    return false;
  }
}

/** A whole capture of one frame. */
function captureOf(capture_id: string): Transcript {
  const fields = { capture_id };
  return {
    name: 'landmarks',
    title: 'A capture to ask the extractor about',
    clauses: [],
    lines: [
      { client: 'capture.open', with: fields },
      { client: 'frame', with: { ...fields, seq: 1 } },
      { client: 'capture.close', with: fields },
      { server: 'close', code: 1000, reason: 'completed' },
    ],
  };
}
