/** What a model's raw score means, from 0 (surely not) to 1 (surely). */
export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}
