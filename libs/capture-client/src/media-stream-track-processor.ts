/** The part of https://www.w3.org/TR/mediacapture-transform/ that is used here, and which TypeScript knows in workers only. */
export interface MediaStreamTrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}

type TrackProcessorConstructor = new (init: {
  readonly track: MediaStreamTrack;
  /** Pictures kept for a late reader; the oldest is dropped first. */
  readonly maxBufferSize?: number;
}) => MediaStreamTrackProcessor;

/** The browser's constructor; undefined where a page has none: in Firefox and Safari. */
export function trackProcessorConstructor(): TrackProcessorConstructor | undefined {
  return (globalThis as { MediaStreamTrackProcessor?: TrackProcessorConstructor }).MediaStreamTrackProcessor;
}
