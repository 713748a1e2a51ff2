import type { ForwardItem } from '@a3cp/capture-domain';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FrameLandmarksMessage, LandmarkPoint } from '../apps/landmark-extractor/src/landmarks/frame-landmarks.js';
import { Extractor, frameItem, streamEnd, streamOpen } from './support/extractor.js';
import { sampleFrames } from './support/sample-frames.js';

// the models are loaded and run for real
const FRAMES = 10;
const SIZE = { width: 640, height: 480 };

/** Pixels from ear to ear. */
const FACE = 130;

describe('ten frames of the sample capture, over the direct transport, with one thread', () => {
  let extractor: Extractor;
  let events: string;

  beforeAll(async () => {
    extractor = await Extractor.startReal();
    const stream = await extractor.forwarder.open({ ...streamOpen(), ...SIZE }, new AbortController().signal);
    const frames = await sampleFrames();
    const reading = extractor.get('/landmarks').then((answer) => answer.text());
    for (const [index, payload] of frames.slice(0, FRAMES).entries()) {
      const item: ForwardItem = { ...(await frameItem(index + 1)), payload, byte_length: payload.length, ...SIZE };
      await stream.forward(item);
    }
    await stream.end(streamEnd(FRAMES));
    events = await reading;
  });

  afterAll(() => extractor.app.close());

  it('show the person in each of them', async () => {
    const body = (await (await extractor.get('/landmarks?format=json')).json()) as { frames: FrameLandmarksMessage[] };
    expect(body).toMatchObject({ complete: true, frames: { length: FRAMES } });
    for (const { pose, face } of body.frames) {
      expect([pose?.length, face?.length]).toEqual([33, 468]);
      const [nose] = pose as [LandmarkPoint];
      const [xs, ys] = [face?.map(({ x }) => x) ?? [], face?.map(({ y }) => y) ?? []];
      const middle_of_face = [
        (Math.min(...xs) + Math.max(...xs)) / 2,
        (Math.min(...ys) + Math.max(...ys)) / 2,
      ] as const;
      // two models, of one person
      expect(Math.abs(nose.x - middle_of_face[0]) * SIZE.width).toBeLessThan(FACE / 4);
      expect(Math.abs(nose.y - middle_of_face[1]) * SIZE.height).toBeLessThan(FACE / 4);
      // bust only: the model places the knees below the picture
      expect(pose?.[25]).toMatchObject({ outside: true });
    }
    expect(await (await extractor.get()).json()).toMatchObject({ processed: FRAMES, with_person: FRAMES });
  });

  it('were seen live up to the last one', () => {
    const messages = events.split('\n\n').filter((message) => message.startsWith('data: '));
    const seqs = messages.map((message) => (JSON.parse(message.slice('data: '.length)) as { seq: number }).seq);
    expect(seqs.at(-1)).toBe(FRAMES);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(events.endsWith('event: end\ndata: {}\n\n')).toBe(true);
  });

  it('are a row of features each, 0, 0 for what is outside', async () => {
    const { columns, rows } = (await (await extractor.get('/features')).json()) as {
      columns: string[];
      rows: number[][];
    };
    const at = (row: number[] | undefined, name: string) => row?.[columns.indexOf(name)];
    expect(rows).toHaveLength(FRAMES);
    for (const row of rows) {
      expect([at(row, 'pose_25_x'), at(row, 'pose_25_y')]).toEqual([0, 0]);
      expect(at(row, 'face_1_x')).toBeGreaterThan(0);
    }
    const npy = await (await extractor.get('/features?format=npy')).arrayBuffer();
    expect(npy.byteLength).toBe(128 + FRAMES * columns.length * 4);
  });
});
