import { describe, expect, it } from '@jest/globals';
import { handMovement } from './hand-movement.js';
import type { FrameLandmarks, Landmark } from './landmarks.js';
import { movementWords, tracePath } from './movement-plot.js';
import { ENGLISH } from './words/english.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
/** Ten frames a second. */
const STEP_MS = 100;

/** Frames in which the left hand is at these places of the picture; null where it is not seen. */
function framesOf(...places: ([x: number, y: number] | null)[]): FrameLandmarks[] {
  return places.map((place, n) => ({
    seq: n + 1,
    timestamp_frame: new Date(START + n * STEP_MS).toISOString(),
    pose: null,
    left_hand: place && handAt(...place),
    right_hand: null,
    face: null,
  }));
}

function handAt(x: number, y: number): Landmark[] {
  return Array.from({ length: 21 }, (_, n) => ({ x: x + n / 1000, y: y + n / 1000 }));
}

describe('the movement of a hand', () => {
  it('is its speed in picture widths a second', () => {
    const { seconds, left } = handMovement(framesOf([0.1, 0.5], [0.2, 0.5], [0.3, 0.5]), 0.75);
    expect(seconds).toEqual([0, 0.1, 0.2].map((second) => expect.closeTo(second)));
    expect(left.speeds).toEqual([null, expect.closeTo(1), expect.closeTo(1)]);
    expect(left.seen).toBe(3);
  });

  it('counts the same way up and down as from side to side', () => {
    const { left } = handMovement(framesOf([0.5, 0.1], [0.5, 0.3]), 0.5);
    expect(left.speeds[1]).toBeCloseTo(1);
  });

  it('is not made up where the hand was not seen', () => {
    const { left, right } = handMovement(framesOf([0.1, 0.5], null, [0.9, 0.5], [0.9, 0.5]), 0.75);
    expect(left).toEqual({ speeds: [null, null, null, 0], seen: 3 });
    expect(right).toEqual({ speeds: [null, null, null, null], seen: 0 });
  });

  it('is evened out, so that what trembles is not movement', () => {
    const { left } = handMovement(framesOf([0.1, 0.5], [0.1, 0.5], [0.13, 0.5], [0.13, 0.5]), 0.75);
    expect(left.speeds).toEqual(
      [null, 0.15, 0.1, 0.15].map((speed) => (speed === null ? null : expect.closeTo(speed))),
    );
  });

  it('of no frames is empty', () => {
    expect(handMovement([], 0.75)).toEqual({
      seconds: [],
      left: { speeds: [], seen: 0 },
      right: { speeds: [], seen: 0 },
    });
  });
});

describe('the plot', () => {
  it('breaks its line where the hand was not seen', () => {
    const trace = { speeds: [null, 1, 2, null, 3], seen: 4 };
    const path = tracePath(
      trace,
      [0, 1, 2, 3, 4],
      (second) => second * 10,
      (speed) => 100 - speed,
    );
    expect(path).toBe('M10.0 99.0L20.0 98.0M40.0 97.0');
  });

  it('is said in words too', () => {
    const movement = {
      seconds: [0, 0.5, 1],
      left: { speeds: [null, 0.2, 0.9], seen: 3 },
      right: { speeds: [null, null, null], seen: 0 },
    };
    expect(movementWords(movement, ENGLISH.movement).map(({ sentence }) => sentence)).toEqual([
      'Left hand: in 3 of 3 pictures, fastest at 1.0 s.',
      'Right hand: not seen.',
    ]);
  });
});
