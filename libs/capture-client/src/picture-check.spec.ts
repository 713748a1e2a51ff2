import { describe, expect, it } from '@jest/globals';
import { PictureCheck, type PictureFault } from './picture-check.js';

type Grey = number;

/** A sample of a few points. */
function sample(...greys: Grey[]): Uint8ClampedArray {
  return Uint8ClampedArray.from(greys.flatMap((grey) => [grey, grey, grey, 255]));
}

/** What is said of pictures that come every 250 ms for so long; `picture` is told how many came before. */
function judged(
  check: PictureCheck,
  picture: (n: number) => Uint8ClampedArray,
  ms: number,
  from_ms = 0,
): PictureFault | null {
  let fault: PictureFault | null = null;
  for (let at = 0; at <= ms; at += 250) fault = check.look(picture(at / 250), from_ms + at);
  return fault;
}

const moving = (n: number): Uint8ClampedArray => sample(20, 120 + (n % 2), 220);
const black = (n: number): Uint8ClampedArray => sample(2, 3 + (n % 2), 9);
const finger = (n: number): Uint8ClampedArray => sample(120, 126 + (n % 2), 132);
const frozen = (): Uint8ClampedArray => sample(20, 120, 220);

describe('a picture', () => {
  it('that moves a little is good', () => {
    expect(judged(new PictureCheck(), moving, 20_000)).toBeNull();
  });

  it.each([
    ['black', black],
    ['of nearly one colour', finger],
  ])('that is %s for 1 s is covered, and not before', (_, picture) => {
    expect(judged(new PictureCheck(), picture, 750)).toBeNull();
    expect(judged(new PictureCheck(), picture, 1_000)).toBe('covered');
  });

  it('that does not change for 3 s is still, and not before', () => {
    expect(judged(new PictureCheck(), frozen, 2_750)).toBeNull();
    expect(judged(new PictureCheck(), frozen, 3_000)).toBe('still');
  });

  it('is good again at once', () => {
    const check = new PictureCheck();
    expect(judged(check, black, 2_000)).toBe('covered');
    expect(check.look(moving(0), 2_250)).toBeNull();
    expect(judged(check, frozen, 3_250, 2_500)).toBe('still');
    expect(check.look(moving(1), 6_000)).toBeNull();
  });

  it('that is dark in the room of a person who is lit is good', () => {
    expect(judged(new PictureCheck(), (n) => sample(0, 0, 0, 40 + (n % 2)), 5_000)).toBeNull();
  });
});
