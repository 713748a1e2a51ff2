import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Line } from './line.js';
import { PACKET_BYTES, recorded } from './schedule.js';

/** Captures of one recording, spread evenly over it. */
const WINDOWS = 8;

/** One way; recordings say nothing about it. */
const DELAY_MS = 25;

/** What a network carried, interval by interval. */
interface Recording {
  readonly bin_ms: number;
  readonly packet_bytes: number;
  readonly up: readonly number[];
  readonly down: readonly number[];
}

/** One recording as the lines that its captures play over. */
export interface RecordedNetwork {
  readonly name: string;
  /** Of the uplink, averaged over the recording. */
  readonly bits_per_second: number;
  readonly windows: readonly Line[];
}

/** The recordings in the `.json` files of a folder. Throws an Error that names the file that is not a recording. */
export async function readRecordings(folder: string): Promise<RecordedNetwork[]> {
  const names = (await readdir(folder)).filter((name) => extname(name) === '.json').sort();
  if (names.length === 0) throw new Error(`${folder} has no recording`);
  return Promise.all(
    names.map(async (file) => {
      const content: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'));
      if (!isRecording(content)) throw new Error(`${file} is not a recording; see tools/networks/recordings/README.md`);
      return networkOf(basename(file, '.json'), content);
    }),
  );
}

function isRecording(content: unknown): content is Recording {
  if (typeof content !== 'object' || content === null) return false;
  const { bin_ms, packet_bytes, up, down } = content as Partial<Record<keyof Recording, unknown>>;
  return typeof bin_ms === 'number' && bin_ms > 0 && packet_bytes === PACKET_BYTES && [up, down].every(carriesPackets);
}

function carriesPackets(bins: unknown): boolean {
  return Array.isArray(bins) && bins.every((bin) => Number.isInteger(bin) && bin >= 0) && bins.some((bin) => bin > 0);
}

function networkOf(name: string, { bin_ms, up, down }: Recording): RecordedNetwork {
  const length_ms = up.length * bin_ms;
  const windows = Array.from({ length: WINDOWS }, (_, index): Line => {
    const offset_ms = (index * length_ms) / WINDOWS;
    return {
      name: `${name} from ${(offset_ms / 1_000).toFixed(1)} s`,
      up: recorded(up, bin_ms, offset_ms),
      down: recorded(down, bin_ms, offset_ms),
      delayAt: () => DELAY_MS,
    };
  });
  const packets = up.reduce((sum, bin) => sum + bin, 0);
  return { name, bits_per_second: (packets * PACKET_BYTES * 8_000) / length_ms, windows };
}
