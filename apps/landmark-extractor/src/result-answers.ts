import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import type { CaptureLandmarks } from './capture-landmarks.js';
import { EventLoopTurns } from './event-loop-turns.js';
import { LandmarkEvents } from './landmark-events.js';
import { FEATURE_COLUMNS, featureRow } from './landmark-features.js';
import { rounded, toFrameLandmarks } from './landmarks/frame-landmarks.js';
import type { FrameResult } from './landmarks/frame-result.js';
import { npyHead, npyRow } from './npy.js';
import { SharedBytes } from './shared-bytes.js';

/** Bytes of answers that are kept for further readers: more than a whole capture has as JSON. */
const MAX_SHARED_BYTES = 8_000_000;

/**
 * The answers with what was found in a capture. Each frame is serialised once for all its readers, and the long answers are written
 * frame by frame, one in each turn of the event loop for all readers together. docs/integration/landmarks.md.
 */
@Injectable()
export class ResultAnswers {
  readonly #turns = new EventLoopTurns();
  readonly #events = new SharedBytes<FrameResult>(
    (result) => Buffer.from(`data: ${JSON.stringify(toFrameLandmarks(result))}\n\n`),
    MAX_SHARED_BYTES,
  );
  readonly #frames = new SharedBytes<FrameResult>(
    (result) => Buffer.from(JSON.stringify(toFrameLandmarks(result))),
    MAX_SHARED_BYTES,
  );
  readonly #rows = new SharedBytes<FrameResult>(
    (result) => Buffer.from(JSON.stringify(Array.from(featureRow(result), rounded))),
    MAX_SHARED_BYTES,
  );
  readonly #npy_rows = new SharedBytes<FrameResult>((result) => npyRow(featureRow(result)), MAX_SHARED_BYTES);

  /** The newest landmarks as server-sent events, and the end. */
  events(landmarks: CaptureLandmarks): Readable {
    return new LandmarkEvents(landmarks, (result) => this.#events.of(result));
  }

  /** The landmarks of all frames as JSON. */
  landmarks(head: object, results: readonly FrameResult[]): Readable {
    return this.#json(head, 'frames', results, this.#frames);
  }

  /** The feature matrix as JSON. */
  features(head: object, results: readonly FrameResult[]): Readable {
    const seq = results.map((result) => result.seq);
    const timestamp_frame = results.map((result) => result.timestamp_frame);
    return this.#json({ ...head, seq, timestamp_frame, columns: FEATURE_COLUMNS }, 'rows', results, this.#rows);
  }

  /** The feature matrix as a file for NumPy, and its length in bytes. */
  npy(results: readonly FrameResult[]): { readonly file: Readable; readonly length: number } {
    const head = npyHead(results.length, FEATURE_COLUMNS.length);
    const length = head.length + results.length * FEATURE_COLUMNS.length * Float32Array.BYTES_PER_ELEMENT;
    return { file: this.#readable(head, results, (result) => [this.#npy_rows.of(result)], []), length };
  }

  #json(head: object, list: string, results: readonly FrameResult[], bytes: SharedBytes<FrameResult>): Readable {
    const before = Buffer.from(`${JSON.stringify(head).slice(0, -1)},${JSON.stringify(list)}:[`);
    const separator = Buffer.from(',');
    const pieces = (result: FrameResult, index: number): Buffer[] =>
      index === 0 ? [bytes.of(result)] : [separator, bytes.of(result)];
    return this.#readable(before, results, pieces, [Buffer.from(']}')]);
  }

  #readable(
    before: Buffer,
    results: readonly FrameResult[],
    pieces: (result: FrameResult, index: number) => Buffer[],
    after: Buffer[],
  ): Readable {
    const turns = this.#turns;
    async function* parts(): AsyncGenerator<Buffer> {
      yield before;
      for (const [index, result] of results.entries()) {
        await turns.next();
        yield* pieces(result, index);
      }
      yield* after;
    }
    return Readable.from(parts(), { objectMode: false });
  }
}
