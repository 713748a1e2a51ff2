import { describe, expect, it } from '@jest/globals';
import { readPacked, readPlain } from './package-files.js';

/** What a .tflite file starts with, after its root's offset. */
function mark(file: Uint8Array): string {
  return Buffer.from(file.subarray(4, 8)).toString();
}

describe('a model', () => {
  it('is read out of the package it comes with', () => {
    expect(mark(readPlain('@mediapipe/hands', 'hand_landmark_lite.tflite'))).toBe('TFL3');
  });

  it('is cut out of the file its package keeps it in', () => {
    const file = readPacked('holistic', 'hand_recrop.tflite');
    expect(mark(file)).toBe('TFL3');
    expect(file).toHaveLength(123_792);
  });

  it('that is not there is named', () => {
    expect(() => readPacked('holistic', 'foot.tflite')).toThrow('@mediapipe/holistic has no foot.tflite');
    expect(() => readPlain('@mediapipe/hands', 'foot.tflite')).toThrow('foot.tflite');
  });
});
