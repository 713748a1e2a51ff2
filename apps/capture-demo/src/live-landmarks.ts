import { type FrameLandmarks, landmarksUrl } from './landmarks.js';

/**
 * Follows the landmarks of a running capture until `close`, or until every frame is done. A server that looks for none ends
 * it at once. PROTOCOL.md, "Landmarks".
 */
export class LiveLandmarks {
  readonly #events: EventSource;

  constructor(capture_id: string, show: (landmarks: FrameLandmarks) => void) {
    this.#events = new EventSource(landmarksUrl(capture_id));
    this.#events.addEventListener('message', ({ data }: MessageEvent<string>) =>
      show(JSON.parse(data) as FrameLandmarks),
    );
    // an event source would connect again
    this.#events.addEventListener('end', () => this.close());
  }

  close(): void {
    this.#events.close();
  }
}
