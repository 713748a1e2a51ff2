/** A place in a picture, in pixels from its left upper corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The point at an index; throws an Error if the index is too large. */
export function pointAt<T extends Point>(points: readonly T[], index: number): T {
  const point = points[index];
  if (point === undefined) throw new RangeError(`There is no point ${index}`);
  return point;
}

/**
 * The part of a picture that a model receives: a rectangle, which can be turned and can reach over the picture's edge. It has the
 * centre and size in pixels, and the turn in radians, clockwise.
 */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
}

/** Where in the picture a place of the region is; `u` and `v` run from 0 to 1 over the region's own width and height. */
export function placeIn(region: Region, u: number, v: number): Point {
  const cos = Math.cos(region.angle);
  const sin = Math.sin(region.angle);
  const across = (u - 0.5) * region.width;
  const down = (v - 0.5) * region.height;
  return { x: region.x + across * cos - down * sin, y: region.y + across * sin + down * cos };
}

/** How far a region has to be turned for the line between two points of it to point into `direction`: 0 is right, π/2 up. */
export function turnTowards(direction: number, from: Point, to: Point): number {
  const turn = direction - Math.atan2(from.y - to.y, to.x - from.x);
  return turn - 2 * Math.PI * Math.floor((turn + Math.PI) / (2 * Math.PI));
}

/** The square around `middle` whose nearest edge runs through `edge`, which lies in `direction` as the square sees it. */
export function squareAround(middle: Point, edge: Point, direction: number): Region {
  const side = 2 * Math.hypot(edge.x - middle.x, edge.y - middle.y);
  return { x: middle.x, y: middle.y, width: side, height: side, angle: turnTowards(direction, middle, edge) };
}

/** The smallest region turned by `angle` that has all the points in it. */
export function regionOf(points: readonly Point[], angle: number): Region {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const across = points.map(({ x, y }) => x * cos + y * sin);
  const down = points.map(({ x, y }) => y * cos - x * sin);
  const [left, right, top, bottom] = [Math.min(...across), Math.max(...across), Math.min(...down), Math.max(...down)];
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return { x: u * cos - v * sin, y: u * sin + v * cos, width: right - left, height: bottom - top, angle };
}

/** The square on the longer side times `scale`, moved down along the region's own height by `shift` of it. */
export function enlarged(region: Region, scale: number, shift = 0): Region {
  const { x, y, width, height, angle } = region;
  const side = Math.max(width, height) * scale;
  const down = height * shift;
  return { x: x - down * Math.sin(angle), y: y + down * Math.cos(angle), width: side, height: side, angle };
}
