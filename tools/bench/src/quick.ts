import { asFastAsTheyGo, type Figures, HUNDRED_CAMERAS, measureRounds } from './rounds.js';
import type { Subject } from './rig.js';
import type { Spread } from './statistics.js';
import { BARE, DIRECT, FRAME_BYTES, IN_PROCESS } from './subjects.js';

/** The two figures of each subject that a change of the frame's way shows in, by the subject's name. */
export interface QuickFigures {
  readonly saturated: ReadonlyMap<string, Figures>;
  readonly paced: ReadonlyMap<string, Figures>;
}

/** The subjects of {@link measureQuick}; with the built bench of another checkout also its gateways. */
export function quickSubjects(against: URL | null = null): Subject[] {
  const theirs = [IN_PROCESS, DIRECT].map((subject) => ({ ...subject, name: `${subject.name}, there` }));
  return [BARE, IN_PROCESS, DIRECT, ...(against ? theirs.map((subject) => ({ ...subject, home: against })) : [])];
}

/** Each subject, as fast as frames go and with a hundred cameras. */
export async function measureQuick(subjects: readonly Subject[]): Promise<QuickFigures> {
  const [saturated = new Map(), paced = new Map()] = await measureRounds(subjects, [
    asFastAsTheyGo(FRAME_BYTES),
    HUNDRED_CAMERAS,
  ]);
  return { saturated, paced };
}

/** A line for each figure, and one at the end with the multiples of the bare server. */
export function quickReport({ saturated, paced }: QuickFigures): string {
  const ratio = (of: ReadonlyMap<string, Figures>, { name }: Subject): string =>
    of.get(name)?.cpu_ratio.median.toFixed(2) ?? '';
  return [
    'us of processor per frame of 30 kB: median (least to most) of the rounds, user and system; multiple of bare ws',
    ...lines('saturated', saturated),
    ...lines('100 cameras', paced),
    `saturated=${ratio(saturated, IN_PROCESS)} paced=${ratio(paced, IN_PROCESS)} direct=${ratio(paced, DIRECT)}`,
  ].join('\n');
}

function lines(load: string, figures: ReadonlyMap<string, Figures>): string[] {
  return [...figures].map(([name, { cpu_us, user_us, system_us, cpu_ratio, extractor_us, failed }]) =>
    [
      `${load}, ${name}:`.padEnd(40),
      `${withSpread(cpu_us, 1)} us,`,
      `user ${user_us.median.toFixed(1)}, system ${system_us.median.toFixed(1)};`,
      `${withSpread(cpu_ratio, 2)} times`,
      extractor_us ? `; extractor ${withSpread(extractor_us, 1)} us` : '',
      failed > 0 ? `; ${failed} captures failed` : '',
    ].join(' '),
  );
}

function withSpread({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}
