import { placeIn, type Point, type Region } from './region.js';

/** A point of a body in a picture, in pixels; one that lies outside the picture is outside its width or height. */
export interface Landmark extends Point {
  /** Depth in pixels, from the camera's side; 0 is the depth of the hips, the wrist, or the middle of the face. */
  readonly z: number;
}

/** Landmarks in a frame, and the region to look for them in the next one: a person moves little from one to the other. */
export interface Found<T extends Landmark> {
  readonly landmarks: readonly T[];
  readonly next: Region;
}

/** Reads the landmarks of a model's answer, `stride` numbers each, in pixels of its input `size`, over into the picture. */
export function readLandmarks(answer: Float32Array, stride: number, size: number, region: Region): Landmark[] {
  return Array.from({ length: answer.length / stride }, (_, index) => {
    const [x = 0, y = 0, z = 0] = answer.subarray(index * stride);
    return { ...placeIn(region, x / size, y / size), z: (z / size) * region.width };
  });
}
