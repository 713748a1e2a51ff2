import { describe, expect, it, jest } from '@jest/globals';
import { buffer, json } from 'node:stream/consumers';
import { foundIn } from '../../../test/support/fake-finder.js';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { CaptureLandmarks } from './capture-landmarks.js';
import { FEATURE_COLUMNS, featureRow } from './landmark-features.js';
import { toFrameLandmarks } from './landmarks/frame-landmarks.js';
import type { FrameResult } from './landmarks/frame-result.js';
import { npyHead, npyRow } from './npy.js';
import { ResultAnswers } from './result-answers.js';

function resultsOf(frames: number): FrameResult[] {
  return Array.from({ length: frames }, (_, n) => ({ seq: n + 1, timestamp_frame: new Date(n), ...foundIn(n + 1) }));
}

describe('the answers with what was found', () => {
  it.each([0, 1, 3])('of %i frames are whole', async (frames) => {
    const [answers, results] = [new ResultAnswers(), resultsOf(frames)];
    const head = { capture_id: 'c1', complete: true };
    expect(await json(answers.landmarks(head, results))).toEqual({ ...head, frames: results.map(toFrameLandmarks) });
    const features = (await json(answers.features(head, results))) as { rows: number[][]; seq: number[] };
    expect(features).toMatchObject({ ...head, seq: results.map(({ seq }) => seq), columns: FEATURE_COLUMNS });
    expect(features.rows.map(({ length }) => length)).toEqual(results.map(() => 1_086));
    const { file, length } = answers.npy(results);
    const bytes = await buffer(file);
    const rows = results.map((result) => npyRow(featureRow(result)));
    expect(bytes).toEqual(Buffer.concat([npyHead(frames, FEATURE_COLUMNS.length), ...rows]));
    expect(length).toBe(bytes.length);
  });

  it('serialise each frame once for all readers, of every kind of answer', async () => {
    const [answers, results] = [new ResultAnswers(), resultsOf(5)];
    const landmarks = new CaptureLandmarks(new ManualClock());
    for (const result of results) landmarks.add(result);
    landmarks.end('complete');
    const stringify = jest.spyOn(JSON, 'stringify');
    /** Of an answer, read by ten, how many objects as large as a frame were serialised. */
    const frames = async (read: () => Promise<unknown>): Promise<number> => {
      stringify.mockClear();
      await Promise.all(Array.from({ length: 10 }, read));
      return stringify.mock.results.filter(
        ({ value }) => String(value).length > 5_000 && !String(value).includes('columns'),
      ).length;
    };
    try {
      expect(await frames(() => buffer(answers.events(landmarks)))).toBe(1);
      expect(await frames(() => buffer(answers.landmarks({}, results)))).toBe(5);
      expect(await frames(() => buffer(answers.features({}, results)))).toBe(5);
    } finally {
      stringify.mockRestore();
    }
  });

  it('take one turn of the event loop for each frame, whatever number of readers there is', async () => {
    const [answers, results] = [new ResultAnswers(), resultsOf(20)];
    let turns = 0;
    let immediate: NodeJS.Immediate | undefined;
    const count = (): void => {
      turns += 1;
      immediate = setImmediate(count);
    };
    count();
    const readers = Array.from({ length: 10 }, () => buffer(answers.npy(results).file));
    await Promise.all(readers);
    clearImmediate(immediate);
    expect(turns).toBeGreaterThanOrEqual(10 * 20);
  });
});
