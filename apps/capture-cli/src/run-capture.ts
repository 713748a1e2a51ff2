import { type CaptureResult, type FrameSource, startCapture } from '@a3cp/capture-client';
import WebSocket from 'ws';
import { jpegSize } from './jpeg-size.js';
import { pace } from './pace.js';

/** One capture to play to a gateway. */
export interface CaptureRun {
  /** Of the capture WebSocket, ws: or wss:. */
  readonly url: string;
  readonly capture_id: string;
  readonly session: { readonly user_id: string; readonly session_id: string };
  /** For a gateway that asks for one. */
  readonly ticket?: string | undefined;
  /** JPEG files of one size, at least one. */
  readonly frames: readonly Uint8Array<ArrayBuffer>[];
  /** Frames a second, a whole number. */
  readonly fps: number;
  /** Called with the number of frames sent so far. */
  readonly onProgress?: (frames_sent: number) => void;
}

/**
 * Plays the frames to a gateway at their pace, or more slowly if the network is slow, as one capture that begins now. Throws if
 * the first is not a JPEG.
 */
export async function runCapture(run: CaptureRun): Promise<CaptureResult> {
  const { url, capture_id, session, ticket, onProgress } = run;
  const identity = { ...session, capture_id };
  const capture = startCapture({ url, identity, ticket, source: playedFrames(run), WebSocket });
  for await (const progress of capture) {
    if (progress.kind === 'progress') onProgress?.(progress.frames_sent);
  }
  return capture.result;
}

function playedFrames({ frames, fps }: CaptureRun): FrameSource {
  const [first] = frames;
  if (!first) throw new Error('there is no frame to send');
  const closed = new AbortController();
  return {
    ...jpegSize(first),
    fps_target: fps,
    waits: true,
    frames: () => pace(frames, fps, closed.signal),
    // a capture that ended early leaves the pace waiting for its next frame
    close: () => closed.abort(),
  };
}
