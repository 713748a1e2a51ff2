import { terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { scheduler } from 'node:timers/promises';
import { GatewayProcess } from './support/gateway-process.js';
import { Platform } from './support/platform.js';
import { peakMemoryOf } from './support/honest-captures.js';
import { quote } from './support/protocol.js';
import { killServices } from './support/service-process.js';
import { SlowCapture } from './support/slow-capture.js';
import { asBearer, TICKET_SECRET, ticketOf } from './support/ticket.js';
import { hangUp, upgrade } from './support/upgrade.js';

const CAPTURES = 12;

/** What has not come by then will not. */
const PATIENCE_MS = 60_000;

const LOOK_AGAIN_MS = 10;

const MAX_GROWTH_BYTES = 64_000_000;

let platform: Platform;
let gateway: GatewayProcess;
/** Workers that a test lets hang, which outlive their primary. */
const hung: number[] = [];

beforeEach(async () => {
  platform = await Platform.start();
});

afterEach(async () => {
  terminateClients();
  hangUp();
  for (const pid of hung.splice(0)) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  await killServices();
  await platform.stop();
});

function startGateway(env: Record<string, string> = {}): Promise<GatewayProcess> {
  return GatewayProcess.start({ ...platform.env, WORKERS: '2', ...env });
}

/** The processes that the gateway's own has started and that have not ended. */
function workers(): number[] {
  const { pid } = gateway;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children.filter(Boolean).map(Number);
}

function hang(pid: number): void {
  hung.push(pid);
  process.kill(pid, 'SIGSTOP');
}

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** Of what only the system can be asked. */
async function until(condition: () => boolean): Promise<void> {
  const begun = performance.now();
  while (!condition()) {
    if (performance.now() - begun > PATIENCE_MS) throw new Error('nothing came of it');
    await scheduler.wait(LOOK_AGAIN_MS);
  }
}

/** So many captures at once, by default each of a user of its own. */
function start(count: number, identityOf: (n: number) => { user_id?: string; session_id?: string } = () => ({})) {
  return Promise.all(Array.from({ length: count }, (_, n) => SlowCapture.start(gateway.url(), `c${n}`, identityOf(n))));
}

/** How many ended with which code, or run. */
function verdicts(captures: readonly SlowCapture[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { error_code } of captures) {
    const verdict = error_code ?? 'runs';
    counts[verdict] = (counts[verdict] ?? 0) + 1;
  }
  return counts;
}

it(quote('a `capture_id` is captured on one connection at a time'), async () => {
  gateway = await startGateway();
  const again = () => Promise.all(Array.from({ length: 4 }, () => SlowCapture.start(gateway.url(), 'same')));
  const first = await SlowCapture.start(gateway.url(), 'same');
  expect(verdicts(await again())).toEqual({ protocol_violation: 4 });
  await first.finish();
  expect(verdicts(await again())).toEqual({ protocol_violation: 3, runs: 1 });
  expect(platform.extractor.opens).toHaveLength(2);
});

it(quote('a user and a session have no more captures running than `max_concurrent_captures_per_user`'), async () => {
  gateway = await startGateway();
  const ofUser = () => start(8, (n) => ({ user_id: 'u1', session_id: `s${n}` }));
  for (let round = 0; round < 2; round++) {
    const captures = await ofUser();
    expect(verdicts(captures)).toEqual({ limit_concurrent_captures_exceeded: 4, runs: 4 });
    await Promise.all(captures.filter(({ error_code }) => error_code === null).map((capture) => capture.finish()));
  }
  const ofSession = await start(4, () => ({ user_id: 'u1' }));
  expect(verdicts(ofSession)).toEqual({ limit_concurrent_captures_exceeded: 2, runs: 2 });
});

it(quote('a ticket is good for one connection') + ', at whichever worker', async () => {
  gateway = await startGateway({ CAPTURE_TICKET_SECRET: TICKET_SECRET });
  for (let round = 0; round < 3; round++) {
    const ticket = await ticketOf();
    const answers = await Promise.all(Array.from({ length: 8 }, () => upgrade(gateway, asBearer(ticket))));
    expect(answers.map(({ status }) => status).sort()).toEqual([101, ...Array<number>(7).fill(401)]);
    expect((await upgrade(gateway, asBearer(ticket))).status).toBe(401);
  }
  expect(gateway.log.filter((line) => line.includes('Another'))).toEqual([
    expect.stringContaining('Another gateway accepts a ticket that was used here: NATS_URL is not set'),
  ]);
});

it(quote('When a process dies, only its captures end') + '; another takes its place', async () => {
  gateway = await startGateway();
  const captures = await start(CAPTURES);
  expect(verdicts(captures)).toEqual({ runs: CAPTURES });
  const [victim = 0, survivor = 0] = workers();
  const ended: SlowCapture[] = [];
  for (const capture of captures) void capture.closed.then(() => ended.push(capture));
  process.kill(victim, 'SIGKILL');
  await until(() => !isRunning(victim) && ended.length === platform.extractor.lost && ended.length > 0);

  const closed = [...ended];
  const running = captures.filter((capture) => !closed.includes(capture));
  expect(running.length).toBeGreaterThan(0);
  for (const capture of closed) expect((await capture.closed).code).toBe(1006);
  await Promise.all(running.map((capture) => capture.finish()));
  expect(platform.extractor.lost).toBe(closed.length);
  expect(platform.extractor.ends).toHaveLength(running.length);

  // their names are free again
  await until(() => workers().length === 2);
  const next = await Promise.all(closed.map(({ capture_id }) => SlowCapture.start(gateway.url(), capture_id)));
  expect(verdicts(next)).toEqual({ runs: closed.length });
  expect(workers()).toContain(survivor);
  gateway.signal('SIGTERM');
  await Promise.all(next.map((capture) => capture.finish()));
  expect(await gateway.exited).toBe(0);
});

it(quote('Running captures may finish') + ' in every worker, also if a terminal stops them all', async () => {
  gateway = await startGateway();
  const captures = await start(CAPTURES);
  for (const worker of workers()) process.kill(worker, 'SIGINT');
  gateway.signal('SIGINT');
  await gateway.draining();
  expect(await gateway.readiness()).toBe(503);
  await Promise.all(captures.map((capture) => capture.finish()));
  expect(await gateway.exited).toBe(0);
  expect(platform.extractor.ends).toHaveLength(CAPTURES);
  for (const end of platform.extractor.ends) expect(end).toMatchObject({ event: 'capture.close' });
});

it(quote('A second signal ends it at once.') + ' So do its workers', async () => {
  gateway = await startGateway();
  const pids = workers();
  await start(2);
  gateway.signal('SIGTERM');
  await gateway.draining();
  while ((await gateway.readiness()) !== 0) gateway.signal('SIGTERM');
  expect(await gateway.exited).toBe(1);
  await until(() => !pids.some(isRunning));
});

it(
  quote('Whatever ends the process that started the workers ends the workers too') + ', and lets its port go',
  async () => {
    gateway = await startGateway();
    const [pids, captures] = [workers(), await start(CAPTURES)];
    const { pid, port } = gateway;
    process.kill(pid, 'SIGKILL');
    for (const { closed } of captures) expect((await closed).code).toBe(1006);
    await until(() => ![pid, ...pids].some(isRunning) && platform.extractor.lost === CAPTURES);

    gateway = await startGateway({ PORT: String(port) });
    const [capture] = await start(1);
    await capture?.finish();
  },
);

it(quote('A worker that hangs is killed within 5 s and replaced'), async () => {
  gateway = await startGateway();
  const [captures, [hanging = 0, survivor = 0]] = [await start(20), workers()];
  const ended: SlowCapture[] = [];
  for (const capture of captures) void capture.closed.then(() => ended.push(capture));
  const others = [gateway.pid, survivor];
  const before = others.map((pid) => peakMemoryOf({ pid }));
  hang(hanging);
  await until(() => !isRunning(hanging) && ended.length > 0 && platform.extractor.lost === ended.length);
  const running = captures.filter((capture) => !ended.includes(capture));
  expect(running.length).toBeGreaterThan(0);
  for (const { closed } of ended) expect((await closed).code).toBe(1006);

  await until(() => workers().length === 2);
  expect(workers()).toContain(survivor);
  const next = await Promise.all(ended.map(({ capture_id }) => SlowCapture.start(gateway.url(), capture_id)));
  expect(verdicts(next)).toEqual({ runs: next.length });
  await Promise.all([...running, ...next].map((capture) => capture.finish()));
  expect(gateway.log.filter((line) => line.includes('A worker hangs and is killed'))).toHaveLength(1);
  for (const [n, pid] of others.entries()) {
    expect(peakMemoryOf({ pid }) - (before[n] ?? 0)).toBeLessThan(MAX_GROWTH_BYTES);
  }
});

it(quote('A client that is just connecting to it sees its connection close, too'), async () => {
  gateway = await startGateway();
  const [hanging = 0] = workers();
  hang(hanging);
  // in turn, so that one of two goes to the worker that hangs
  const ends = await Promise.all(
    Array.from({ length: 8 }, () =>
      fetch(`http://127.0.0.1:${gateway.port}/health/live`, { headers: { connection: 'close' } }).then(
        ({ status }) => status,
        () => 'closed',
      ),
    ),
  );
  expect(isRunning(hanging)).toBe(false);
  expect(ends.filter((end) => end === 'closed')).toHaveLength(1);
  expect(ends.filter((end) => end === 200)).toHaveLength(7);
});

it(
  quote('While the gateway stops, a hanging worker is killed and not replaced.') + ', and the others finish',
  async () => {
    gateway = await startGateway({
      SHUTDOWN_TIMEOUT_MS: '2000',
      FORWARD_TIMEOUT_MS: '1000',
      SILENCE_TIMEOUT_MS: '1000',
    });
    const [captures, [hanging = 0]] = [await start(CAPTURES), workers()];
    hang(hanging);
    gateway.signal('SIGTERM');
    for (const capture of captures) void capture.finish().catch(() => undefined);
    expect(await gateway.exited).toBe(1);
    await until(() => !isRunning(hanging));
    const codes = await Promise.all(captures.map(async ({ closed }) => (await closed).code));
    const finished = codes.filter((code) => code === 1000).length;
    expect(new Set(codes)).toEqual(new Set([1000, 1006]));
    await until(() => platform.extractor.lost === CAPTURES - finished);
    expect(platform.extractor.ends).toHaveLength(finished);
  },
);

it('a worker that ends as soon as it starts is replaced once a second, and the other goes on', async () => {
  gateway = await startGateway();
  const known = workers();
  const begun = performance.now();
  for (let [victim = 0] = known; known.length < 4; victim = known.at(-1) ?? 0) {
    process.kill(victim, 'SIGKILL');
    await until(() => workers().some((worker) => !known.includes(worker)));
    known.push(...workers().filter((worker) => !known.includes(worker)));
  }
  expect(performance.now() - begun).toBeGreaterThan(1_000);
  const captures = await start(2);
  await Promise.all(captures.map((capture) => capture.finish()));
});

it(quote('`/metrics` is the sum of all workers, whichever answers'), async () => {
  gateway = await startGateway();
  const captures = await start(CAPTURES);
  for (let scrape = 0; scrape < 4; scrape++) {
    const answer = await fetch(`http://127.0.0.1:${gateway.port}/metrics`, { headers: { connection: 'close' } });
    const text = await answer.text();
    expect(text).toMatch(new RegExp(`^a3cp_camera_feed_connections ${CAPTURES}$`, 'm'));
    expect(text).toMatch(new RegExp(`^a3cp_camera_feed_running_captures{phase="active"} ${CAPTURES}$`, 'm'));
    expect(text).toMatch(/^a3cp_camera_feed_connections_limit 4000$/m);
    expect(text).toMatch(/^a3cp_camera_feed_capture_buffer_limit_frames 3$/m);
    expect(text).toMatch(/^a3cp_camera_feed_ready 1$/m);
  }
  await Promise.all(captures.map((capture) => capture.finish()));
});

it(quote('The end of a session that one worker receives ends its captures in all workers.'), async () => {
  const secret = 'a secret that has thirty-two bytes';
  const enough = String(CAPTURES);
  gateway = await startGateway({
    SESSIONS_CLOSED_SECRET: secret,
    MAX_CONCURRENT_CAPTURES_PER_USER: enough,
    MAX_CONCURRENT_CAPTURES_PER_SESSION: enough,
  });
  const captures = await start(CAPTURES, () => ({ user_id: 'u1', session_id: 's1' }));
  expect(verdicts(captures)).toEqual({ runs: CAPTURES });
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/camera_feed_worker/sessions.closed`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ user_id: 'u1', session_id: 's1' }),
  });
  const { aborted_captures } = (await answer.json()) as { aborted_captures: number };
  expect(aborted_captures).toBeGreaterThan(0);
  expect(aborted_captures).toBeLessThan(CAPTURES);
  await Promise.all(captures.map(({ closed }) => closed));
  expect(verdicts(captures)).toEqual({ session_closed: CAPTURES });
});

it('a port that is taken stops it at once', async () => {
  gateway = await startGateway();
  const taken = GatewayProcess.start({ ...platform.env, WORKERS: '2', PORT: String(gateway.port) });
  await expect(taken).rejects.toThrow('the service did not start');
});
