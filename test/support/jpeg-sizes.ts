/** Bytes that encoders gave for one picture of a person, 640 x 480, at hundredths of quality. */
const SIZES = [
  [15, 5_900],
  [20, 7_000],
  [30, 9_600],
  [40, 12_000],
  [50, 14_600],
  [60, 17_600],
  [70, 22_000],
  [80, 28_800],
] as const;

/** Bytes of that picture at a quality from 0.15 to 0.8. */
export function jpegSizeAt(quality: number): number {
  const hundredths = Math.round(quality * 100);
  const above = Math.max(
    1,
    SIZES.findIndex(([step]) => step >= hundredths),
  );
  const [[from, low], [to, high]] = [SIZES[above - 1] ?? SIZES[0], SIZES[above] ?? SIZES[0]];
  return low + ((high - low) * (hundredths - from)) / (to - from);
}
