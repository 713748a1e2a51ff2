/** What a model's raw score means, from 0 (surely not) to 1 (surely). */
export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

/** From which score, 0 to 1, a body, a hand or a face is taken for real. What is not a number is not. */
const MIN_SCORE = 0.5;

/** Whether a model found what it looked for. */
export function isThere(score: number | undefined): boolean {
  return score !== undefined && score >= MIN_SCORE;
}
