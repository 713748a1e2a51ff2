import { describe, expect, it } from '@jest/globals';
import { enlarged, placeIn, pointAt, type Region, regionOf, squareAround, turnTowards } from './region.js';

const UP = Math.PI / 2;
const REGION: Region = { x: 100, y: 50, width: 40, height: 20, angle: 0 };

describe('a place in a region', () => {
  it('is counted from its left upper corner, along its own sides', () => {
    expect(placeIn(REGION, 0, 0)).toEqual({ x: 80, y: 40 });
    expect(placeIn(REGION, 1, 0.5)).toEqual({ x: 120, y: 50 });
  });

  it('turns with it, clockwise', () => {
    const { x, y } = placeIn({ ...REGION, angle: UP }, 1, 0.5);
    expect(x).toBeCloseTo(100);
    expect(y).toBeCloseTo(70);
  });
});

describe('a turn', () => {
  it('is none if the line points that way already', () => {
    expect(turnTowards(0, { x: 1, y: 5 }, { x: 9, y: 5 })).toBeCloseTo(0);
    expect(turnTowards(UP, { x: 5, y: 9 }, { x: 5, y: 1 })).toBeCloseTo(0);
    expect(turnTowards(-UP, { x: 5, y: 1 }, { x: 5, y: 9 })).toBeCloseTo(0);
  });

  it('is clockwise, and never more than half of one', () => {
    expect(turnTowards(UP, { x: 1, y: 5 }, { x: 9, y: 5 })).toBeCloseTo(UP);
    expect(turnTowards(-UP, { x: 9, y: 5 }, { x: 1, y: 5.01 })).toBeCloseTo(UP, 1);
    expect(turnTowards(-UP, { x: 9, y: 9 }, { x: 0, y: 0 })).toBeCloseTo((3 * Math.PI) / 4);
  });
});

describe('a square', () => {
  it('around a middle has the other point on the edge it was meant for', () => {
    const square = squareAround({ x: 10, y: 10 }, { x: 13, y: 14 }, UP);
    expect(square).toMatchObject({ x: 10, y: 10, width: 10, height: 10 });
    expect(placeIn(square, 0.5, 0).x).toBeCloseTo(13);
    expect(placeIn(square, 0.5, 0).y).toBeCloseTo(14);
  });

  it('made larger stands on the longer side', () => {
    expect(enlarged(REGION, 1.5)).toEqual({ ...REGION, width: 60, height: 60 });
  });

  it('is moved along its own height', () => {
    expect(enlarged(REGION, 1, -0.1)).toMatchObject({ x: 100, y: 48 });
    const turned = enlarged({ ...REGION, angle: UP }, 1, -0.1);
    expect(turned.x).toBeCloseTo(102);
    expect(turned.y).toBeCloseTo(50);
  });
});

describe('the region of points', () => {
  it('has them all in it and nothing around them', () => {
    const points = [
      { x: 3, y: 9 },
      { x: 7, y: 1 },
      { x: 5, y: 5 },
    ];
    expect(regionOf(points, 0)).toEqual({ x: 5, y: 5, width: 4, height: 8, angle: 0 });
  });

  it('lies along the angle', () => {
    const diagonal = regionOf(
      [
        { x: 0, y: 0 },
        { x: 3, y: 3 },
      ],
      Math.PI / 4,
    );
    expect(diagonal.width).toBeCloseTo(3 * Math.SQRT2);
    expect(diagonal.height).toBeCloseTo(0);
    expect(diagonal.x).toBeCloseTo(1.5);
    expect(diagonal.y).toBeCloseTo(1.5);
  });
});

it('a point that is not there is not made up', () => {
  expect(() => pointAt([{ x: 1, y: 1 }], 1)).toThrow('no point 1');
});
