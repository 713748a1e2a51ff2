import { progressBar } from '@a3cp/capture-cli';
import type { Writable } from 'node:stream';

/**
 * Follows the landmarks of a capture to the last one, and shows how far they are. Resolves when the extractor has looked at every
 * frame.
 *
 * @param capture_url of the capture at the extractor. docs/integration/landmarks.md
 */
export async function followLandmarks(capture_url: string, frames: number, output: Writable): Promise<void> {
  const response = await fetch(`${capture_url}/landmarks`);
  if (!response.body) throw new Error('The extractor has no landmarks of the capture');
  const bar = progressBar(output, 'frames looked at', { withoutTerminal: true });
  bar.start(frames, 0);
  try {
    // each event is of the newest frame that is done
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const seq = /"seq":(\d+)/.exec(text)?.[1];
      if (seq !== undefined) bar.update(Number(seq));
    }
    bar.update(frames);
  } finally {
    bar.stop();
  }
}
