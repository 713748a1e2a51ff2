import { fetchNumbers, type FrameLandmarks, landmarksUrl } from './landmarks.js';

/** Who watches the landmarks of a running capture. */
export interface LandmarkWatcher {
  /** Called with the latest ones. */
  readonly show: (landmarks: FrameLandmarks) => void;
  /** Called if this server looks for none. */
  readonly unlooked: () => void;
}

/** Follows the landmarks of a running capture until `close`, or until every frame is done. docs/integration/landmarks.md. */
export class LiveLandmarks {
  #events: EventSource | null = null;
  #closed = false;

  constructor(capture_id: string, watcher: LandmarkWatcher) {
    // asked first: a stream that is not there would be an error on the console, and none to mend
    fetchNumbers(capture_id).then(
      ({ landmark_state }) => {
        if (landmark_state === 'off') watcher.unlooked();
        else if (!this.#closed) this.#follow(capture_id, watcher);
      },
      () => watcher.unlooked(),
    );
  }

  close(): void {
    this.#closed = true;
    this.#events?.close();
  }

  #follow(capture_id: string, { show }: LandmarkWatcher): void {
    const events = new EventSource(landmarksUrl(capture_id));
    this.#events = events;
    events.addEventListener('message', ({ data }: MessageEvent<string>) => show(JSON.parse(data) as FrameLandmarks));
    // an event source would connect again
    events.addEventListener('end', () => events.close());
  }
}
