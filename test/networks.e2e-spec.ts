import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { allExperiments, type Experiment, experimentsNamed } from '../tools/networks/src/experiments.js';
import { play } from '../tools/networks/src/laboratory.js';
import { GOOD_LINE, MADE_UP_LINES, steadyLine } from '../tools/networks/src/made-up-lines.js';
import { Network } from '../tools/networks/src/network.js';
import type { PlayedCapture } from '../tools/networks/src/played-capture.js';
import { brokenPromises } from '../tools/networks/src/promises.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../tools/networks/dist/main.js', import.meta.url));
const RECORDINGS = fileURLToPath(new URL('../tools/networks/recordings/', import.meta.url));

describe('a network', () => {
  it('carries every byte in order, and both ends of a connection', async () => {
    const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const network = await Network.to((echo.address() as AddressInfo).port, steadyLine('10 Mbit/s', 10_000_000));
    const client = connect({ port: network.port, host: '127.0.0.1', allowHalfOpen: true });
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    client.write('Upgrade: websocket');
    client.end(sent);
    const heard: Buffer[] = [];
    for await (const chunk of client as AsyncIterable<Buffer>) heard.push(chunk);
    expect(Buffer.concat(heard).equals(Buffer.concat([Buffer.from('Upgrade: websocket'), sent]))).toBe(true);
    // its line began with the upgrade, and carried the bytes at its rate
    expect(network.now_ms).toBeGreaterThan(240);
    await network.stop();
    echo.close();
  });
});

const WELL: PlayedCapture = {
  line: 'l',
  outcome: 'completed',
  frames: 210,
  fps: 15,
  largest_hole_ms: 67,
  quality: 0.8,
  frame_bytes: 28_000,
  first_frame_ms: 10,
  verdict_ms: 14_100,
  held: { frames: 3, bytes: 90_000 },
  own: { hole_ms: 10, outage_ms: 10 },
  delayed_ms: 0,
};

describe('a promise', () => {
  const experiment: Experiment = { name: 'e', lines: [], min_fps: 11, is_good: false };
  const good = { ...experiment, is_good: true };

  it.each<[string, Partial<PlayedCapture>]>([
    ['a capture that went well', {}],
    ['a hole of 1 s', { largest_hole_ms: 1_000 }],
    ["the line's own hole", { largest_hole_ms: 5_400, own: { hole_ms: 5_000, outage_ms: 5_000 } }],
    ["the machine's own", { largest_hole_ms: 1_400, delayed_ms: 400 }],
    ['the lowest rate', { fps: 11 }],
    ['the lowest quality', { quality: 0.2 }],
  ])('is kept by %s', (_what, otherwise) => {
    expect(brokenPromises(experiment, [{ ...WELL, ...otherwise }])).toEqual([]);
  });

  it('is not about a capture during an outage of more than 8 s', () => {
    const lost = { ...WELL, outcome: 'connection_lost', own: { hole_ms: 9_000, outage_ms: 8_001 } };
    expect(brokenPromises(experiment, [WELL, lost])).toEqual([]);
  });

  it.each<[string, Partial<PlayedCapture>, Experiment, string]>([
    ['another end', { outcome: 'connection_lost' }, experiment, 'ended as connection_lost'],
    ['a hole', { largest_hole_ms: 1_001 }, experiment, "a hole of 1001 ms, the line's own is 10 ms"],
    [
      "more than the line's own hole",
      { largest_hole_ms: 5_600, own: { hole_ms: 5_000, outage_ms: 5_000 } },
      experiment,
      'a hole of 5600 ms',
    ],
    ['a low rate', { fps: 10.9 }, experiment, '10.9 frames/s, promised 11'],
    ['a fourth held frame', { held: { frames: 4, bytes: 1 } }, experiment, 'held 4 frames'],
    ['a megabyte held', { held: { frames: 1, bytes: 1_000_001 } }, experiment, 'held 1000001 bytes'],
    ['a frame left out on a good line', { fps: 14.9 }, good, '14.9 frames/s on a good line'],
    ['a lower quality on a good line', { quality: 0.7 }, good, 'quality 0.70 on a good line'],
  ])('is broken by %s', (_what, otherwise, where, words) => {
    expect(brokenPromises(where, [{ ...WELL, ...otherwise }]).join('\n')).toContain(words);
  });
});

describe('npm run networks', () => {
  it('has every line that it must', async () => {
    const experiments = await allExperiments(RECORDINGS, false);
    const about = new Map(experiments.map(({ name, lines, min_fps }) => [name, [lines.length, min_fps]]));
    expect([...about]).toEqual([
      ['ATT-LTE-driving', [8, 11]],
      ['TMobile-UMTS-driving', [8, 11]],
      ['Verizon-LTE-short', [8, 14]],
      ...MADE_UP_LINES.map(({ name }) => [name, [1, { '1 Mbit/s': 8, '0.5 Mbit/s': 6 }[name] ?? 0]]),
    ]);
    expect(experiments.filter(({ is_good }) => is_good).map(({ name }) => name)).toEqual([GOOD_LINE]);
  });

  it('plays one line, one window, or the lines that begin with a name', async () => {
    const experiments = await allExperiments(RECORDINGS, false);
    const named = (name: string) => experimentsNamed(experiments, name).map(({ name, lines }) => [name, lines.length]);
    expect(named('6 Mbit/s')).toEqual([['6 Mbit/s', 1]]);
    expect(named('ATT')).toEqual([['ATT-LTE-driving', 8]]);
    expect(named('ATT-LTE-driving from 37.5 s')).toEqual([['ATT-LTE-driving from 37.5 s', 1]]);
    expect(named('stall').map(([name]) => name)).toEqual([1, 2, 3, 5].map((seconds) => `stall of ${seconds} s`));
    expect(named('satellite')).toEqual([]);
  });

  it.each([
    ['--only', 'satellite', 'ATT-LTE-driving'],
    ['--recordings', 'test/support', 'has no recording'],
    ['--lines', '1', '--lines'],
  ])('says what is wrong with %s %s', async (option, value, words) => {
    const child = spawn(process.execPath, [PROGRAM, option, value], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    expect({ code, said: out + err }).toMatchObject({ code: 2, said: expect.stringContaining(words) });
  });
});

it('loses no capture, and no second of one, over a recorded network, a stall of 3 s and 0.5 Mbit/s', async () => {
  const all = await allExperiments(RECORDINGS, false);
  const experiments = ['TMobile-UMTS-driving from 0.0 s', 'stall of 3 s', '0.5 Mbit/s'].flatMap((name) =>
    // a busy machine decides about rates
    experimentsNamed(all, name).map((experiment) => ({ ...experiment, min_fps: 0 })),
  );
  expect(experiments).toHaveLength(3);
  const played = await play(experiments, false, () => undefined);
  expect(experiments.flatMap((experiment) => brokenPromises(experiment, played.get(experiment) ?? []))).toEqual([]);
});
