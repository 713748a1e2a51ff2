import type { CompletedCapture } from '@a3cp/capture-client';

/** How the pictures of a recording were seen. */
export interface Picture {
  /** Their height by their width. */
  readonly aspect: number;
  readonly mirrored: boolean;
}

/** A capture that arrived whole. */
export interface Recording extends CompletedCapture {
  /** The word that is meant; empty if none was given. */
  readonly intent: string;
  /** Counts the session's recordings of the word. */
  readonly nth: number;
  /** Event time from the first picture to the last, in milliseconds. */
  readonly elapsed_ms: number;
  readonly picture: Picture;
  readonly movement: Movement;
}

/** What is known of the hands in a recording; `unlooked` if this server looks for no landmarks. */
export type Movement = 'awaited' | 'shown' | 'no_hand' | 'no_person' | 'unlooked' | 'unavailable';

/** Why a recording is better made again. */
export type Fault = 'too_short' | 'few_pictures' | 'hole' | 'no_person' | 'no_hand';

const MIN_LENGTH_MS = 1_000;
const MIN_PICTURES_A_SECOND = 8;
const MAX_HOLE_MS = 1_000;

/** The verdict on a recording: what is wrong with it, the gravest first. */
export function faultsOf({ frames, elapsed_ms, largest_hole_ms, movement }: Recording): readonly Fault[] {
  const faults: Fault[] = [];
  if (elapsed_ms < MIN_LENGTH_MS) faults.push('too_short');
  else if ((frames - 1) / (elapsed_ms / 1_000) < MIN_PICTURES_A_SECOND) faults.push('few_pictures');
  if (largest_hole_ms > MAX_HOLE_MS) faults.push('hole');
  if (movement === 'no_person' || movement === 'no_hand') faults.push(movement);
  return faults;
}

/** The number of the next recording of a word. */
export function nextNth(recordings: readonly Recording[], intent: string): number {
  return 1 + Math.max(0, ...recordings.filter((recording) => recording.intent === intent).map(({ nth }) => nth));
}
