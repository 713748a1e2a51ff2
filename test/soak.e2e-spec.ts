import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CaptureRecord } from '../tools/soak/src/ledger.js';
import { type Plan, planOf } from '../tools/soak/src/plan.js';
import { isMarked, markedPicture } from '../tools/soak/src/picture.js';
import { findings, report } from '../tools/soak/src/report.js';
import { streamEnd } from './support/extractor.js';

const PROGRAM = fileURLToPath(new URL('../tools/soak/dist/main.js', import.meta.url));

async function soak(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, said: out + err };
}

const NUMBERS = { rss: 1, used: 1, delay_p99_ms: 1, delay_max_ms: 1 };

const PLAN: Plan = {
  number: 7,
  client: null,
  extractor: null,
  session: null,
  frames: 3,
  at: 2,
  frame_bytes: 5_000,
  extension: true,
  expected: ['completed'],
};

/** A capture of three frames that went well, but for what a test does to it. */
function recorded(otherwise: Partial<CaptureRecord> = {}, plan: Partial<Plan> = {}): CaptureRecord {
  const record = new CaptureRecord({ ...PLAN, ...plan });
  const well = { sent: 3, outcome: 'completed', told_delivered: 3, opened: true, received: 3, acknowledged: 3 };
  return Object.assign(record, { ends: [streamEnd(3)] }, well, otherwise);
}

describe('npm run soak', () => {
  it('finds nothing wrong in seconds of what it does for ten minutes', async () => {
    const { code, said } = await soak('--rate', '600', '--seconds', '6', '--seed', '4');
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('Everything ended as it must.') });
    expect(said).toMatch(/captures +│ 60 /);
    const [opened, ended] = [/streams opened downstream +│ (\d+)/, /with exactly one end +│ (\d+)/].map((line) =>
      Number(line.exec(said)?.[1]),
    );
    expect(opened).toBeGreaterThan(30);
    expect(ended).toBe(opened);
  });

  it.each([
    ['--rate', '0'],
    ['--seconds', 'ten'],
    ['--seed', '-1'],
    ['--minutes', '1'],
  ])('says what is wrong with %s %s', async (option, value) => {
    const { code, said } = await soak(`${option}=${value}`);
    expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining(option) });
  });

  it('makes of a seed the same captures each time, of every kind', () => {
    const plans = (seed: number) => Array.from({ length: 2_000 }, (_, number) => planOf(seed, number));
    expect(plans(1)).toEqual(plans(1));
    expect(plans(1)).not.toEqual(plans(2));
    const kinds = (of: 'client' | 'extractor' | 'session') => new Set(plans(1).map((plan) => plan[of])).size;
    // each fault, and none
    expect([kinds('client'), kinds('extractor'), kinds('session')]).toEqual([26, 11, 9]);
    const sound = plans(1).filter(({ client, extractor, session }) => !client && !extractor && !session);
    expect(sound.length).toBeGreaterThan(1_000);
  });
});

describe('what it finds', () => {
  it('is nothing in a capture that went well', () => {
    expect(recorded().findings()).toEqual([]);
  });

  it.each<[string, CaptureRecord, string]>([
    ['a client without an end', recorded({ outcome: null }), 'came to no end'],
    ['another outcome than one expected', recorded({ outcome: 'forward_failed' }), 'came to forward_failed'],
    ['an opened stream without an end', recorded({ ends: [] }), '0 ends of 1 stream'],
    ['a lost stream', recorded({ ends: [], lost: true }), 'its stream was lost'],
    ['two ends', recorded({ ends: [streamEnd(3), streamEnd(3)] }), '2 ends of 1 stream'],
    ['an end of what was never opened', recorded({ opened: false }), '1 ends of 0 stream'],
    ['a frame that was confirmed and never came', recorded({ received: 2 }), '3 frames confirmed, 2 arrived'],
    ['a frame that came twice', recorded({ wrong_frames: 1 }), '1 frames arrived twice'],
    ['a frame that was sent and never came', recorded({ sent: 4 }), 'completed with 3 of 4 frames'],
    ['a wrong count', recorded({ ends: [streamEnd(2)] }), 'the end counts 2 frames'],
    ['a wrong last seq', recorded({ ends: [streamEnd(3, { last_seq: 2 })] }), 'the end counts 3 frames up to 2'],
    [
      'an abort of what completed',
      recorded({ ends: [streamEnd(3, { event: 'capture.abort', error_code: 'client_disconnected' })] }),
      'capture.abort client_disconnected, but the client: completed',
    ],
    [
      'another code than the client was told',
      recorded(
        { outcome: 'frame_invalid', ends: [streamEnd(3, { event: 'capture.abort', error_code: 'forward_failed' })] },
        { client: 'sends no picture', expected: ['frame_invalid'] },
      ),
      'capture.abort forward_failed, but the client: frame_invalid',
    ],
  ])('is %s', (_what, record, found) => {
    expect(record.findings().join('\n')).toContain(`capture 7`);
    expect(record.findings().join('\n')).toContain(found);
  });

  it('is no lost patience where a process was held up, but everything else', () => {
    const abort = { event: 'capture.abort', error_code: 'forward_failed' } as const;
    const failed = { outcome: 'forward_failed', held_up: true, ends: [streamEnd(2, { ...abort, last_seq: 2 })] };
    expect(recorded(failed).findings()).toEqual([]);
    expect(recorded({ ...failed, held_up: false }).findings()).toHaveLength(2);
    expect(recorded({ ...failed, ends: [streamEnd(1, abort)] }).findings()).toHaveLength(1);
    expect(recorded({ held_up: true, outcome: 'frame_invalid' }).findings()).toHaveLength(1);
    expect(recorded({ held_up: true, ends: [] }).findings()).toHaveLength(2);
    expect(recorded({ held_up: true, received: 2 }).findings()).toHaveLength(2);
  });

  it('is what the gateway as a whole did wrong', () => {
    const well = { records: [recorded()], start: NUMBERS, end: NUMBERS, errors: [], exit_code: 0 };
    expect(findings(well)).toEqual([]);
    expect(findings({ ...well, exit_code: 1 })).toEqual(['the gateway exited with 1']);
    expect(findings({ ...well, errors: ['oh'] })).toEqual(['the gateway said: oh']);
    expect(findings({ ...well, end: { ...NUMBERS, used: 20_000_001 } })).toEqual(['memory in use grew by 20.0 MB']);
    expect(report(well)).toMatchObject({ captures: 1, 'outcome completed': 1, 'with exactly one end': 1 });
  });

  it('sees in a frame whether it is the one that was sent', () => {
    const jpeg = markedPicture(7, 3, 5_000);
    expect(isMarked(jpeg, 7, 3)).toBe(true);
    expect(isMarked(jpeg, 8, 3)).toBe(false);
    expect(isMarked(jpeg, 7, 4)).toBe(false);
    expect(isMarked(jpeg.subarray(0, 4_999), 7, 3)).toBe(false);
  });
});
