import { terminateClients } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ClusterSite } from './support/cluster-site.js';
import { Exposition } from './support/exposition.js';
import { ExtractorProcess } from './support/extractor-process.js';
import { stopNatsServers } from './support/nats-server.js';
import { quote } from './support/protocol.js';
import { killServices } from './support/service-process.js';
import { SlowCapture } from './support/slow-capture.js';
import { asBearer, TICKET_SECRET, ticketOf } from './support/ticket.js';
import { hangUp, upgrade } from './support/upgrade.js';

const TOO_MANY = 'limit_concurrent_captures_exceeded';

let site: ClusterSite;
/** Of the user of all captures, unless a test names another. */
let session_id: string;

async function start(env: Record<string, string> = {}): Promise<void> {
  site = await ClusterSite.start(env);
  session_id = await site.sessions.begin('u1');
}

afterEach(async () => {
  terminateClients();
  hangUp();
  await killServices();
  await stopNatsServers();
});

/** A capture at the first gateway or the second. */
function capture(gateway: 0 | 1, capture_id: string, of: { user_id?: string; session_id?: string } = {}) {
  return SlowCapture.start(site.gateways[gateway].url(), capture_id, { user_id: 'u1', session_id, ...of });
}

/** Starts captures of this name until one is not refused; returns how often it was. */
async function untilGranted(gateway: 0 | 1, capture_id: string): Promise<number> {
  for (let refused = 0; ; refused++) {
    const { error_code } = await capture(gateway, capture_id);
    if (error_code === null) return refused;
    expect(error_code).toBe('protocol_violation');
  }
}

it(quote('a `capture_id` is captured on one connection at a time') + ', whichever gateways they are of', async () => {
  await start();
  const first = await capture(0, 'c1');
  expect([first.error_code, (await capture(1, 'c1')).error_code]).toEqual([null, 'protocol_violation']);
  await first.finish();
  expect((await capture(1, 'c1')).error_code).toBeNull();
});

it(
  quote('a user and a session have no more captures running than `max_concurrent_captures_per_user`') +
    ', of all gateways together',
  async () => {
    await start();
    const running = [await capture(0, 'c1'), await capture(1, 'c2')];
    expect(running.map(({ error_code }) => error_code)).toEqual([null, null]);
    expect((await capture(0, 'c3')).error_code).toBe(TOO_MANY);
    await Promise.all(running.map((one) => one.finish()));
    expect((await capture(0, 'c3')).error_code).toBeNull();
  },
);

it('so it is where the user has fewer left than the session, and another user has his own', async () => {
  await start({ MAX_CONCURRENT_CAPTURES_PER_USER: '3', MAX_CONCURRENT_CAPTURES_PER_SESSION: '9' });
  const others = await site.sessions.begin('u2');
  const running = [await capture(0, 'c1'), await capture(1, 'c2'), await capture(0, 'c3')];
  expect(running.map(({ error_code }) => error_code)).toEqual([null, null, null]);
  // two of the three are of the other gateway
  expect((await capture(1, 'c4')).error_code).toBe(TOO_MANY);
  expect((await capture(1, 'o1', { user_id: 'u2', session_id: others })).error_code).toBeNull();
  await running[0]?.finish();
  expect((await capture(1, 'c4')).error_code).toBeNull();
  expect((await capture(0, 'c5')).error_code).toBe(TOO_MANY);
});

it(
  quote('If the registrar receives nothing from a process for more than 3 s, the process is gone.') +
    ': killed, its claims are let go',
  async () => {
    await start();
    const [victim, survivor] = [await capture(0, 'c1'), await capture(1, 'c2')];
    const killed_at = performance.now();
    site.gateways[0].signal('SIGKILL');
    await victim.closed;
    expect(await untilGranted(1, 'c1')).toBeGreaterThan(0);
    // since its last word, which was at most a second before its death
    expect(performance.now() - killed_at).toBeGreaterThan(2_000);
    expect((await capture(1, 'c2')).error_code).toBe('protocol_violation');
    await survivor.finish();
  },
);

it(
  quote('Each capture goes on under the rules of its own process. A new registrar knows within a second'),
  async () => {
    await start();
    const claimed = await capture(0, 'c1');
    site.registrar.signal('SIGKILL');
    await site.registrar.exited;
    const unclaimed = await capture(1, 'c2');
    const duplicate = await capture(1, 'c1');
    expect([unclaimed.error_code, duplicate.error_code]).toEqual([null, null]);
    await duplicate.finish();

    await site.startRegistrar();
    // the second gateway by itself would let it run
    for (let refused = false; !refused;) {
      const third = await capture(1, 'c3');
      refused = third.error_code === TOO_MANY;
      if (!refused) await third.finish();
    }
    await Promise.all([claimed.finish(), unclaimed.finish()]);
    expect((await capture(1, 'c3')).error_code).toBeNull();
  },
);

describe(quote('a ticket is good for one connection') + ', at whichever gateway', () => {
  /** What each gateway answers to a client with this ticket, one after the other. */
  async function use(ticket: string): Promise<number[]> {
    const answers = [];
    for (const gateway of site.gateways) answers.push((await upgrade(gateway, asBearer(ticket))).status);
    return answers;
  }

  it('with a registrar', async () => {
    await start({ CAPTURE_TICKET_SECRET: TICKET_SECRET, WORKERS: '2' });
    for (let round = 0; round < 3; round++) {
      const ticket = await ticketOf();
      const at_once = await Promise.all(
        [...site.gateways, ...site.gateways].map((gateway) => upgrade(gateway, asBearer(ticket))),
      );
      expect(at_once.map(({ status }) => status).sort()).toEqual([101, 401, 401, 401]);
      expect(await use(ticket)).toEqual([401, 401]);
    }
    for (const { log } of site.gateways) expect(log.filter((line) => line.includes('Another'))).toEqual([]);
  });

  it(
    quote('A registrar that starts knows of no ticket that was used before; each process still knows its own'),
    async () => {
      await start({ CAPTURE_TICKET_SECRET: TICKET_SECRET });
      const [known, meanwhile] = [await ticketOf(), await ticketOf()];
      expect(await use(known)).toEqual([101, 401]);
      site.registrar.signal('SIGKILL');
      await site.registrar.exited;
      expect(await use(meanwhile)).toEqual([101, 101]);
      await site.startRegistrar();
      expect([await use(known), await use(meanwhile)]).toEqual([
        [401, 401],
        [401, 401],
      ]);
    },
  );
});

it(quote('knows within 5 s that the registrar hangs') + '; captures go on meanwhile', async () => {
  await start();
  const claimed = await capture(0, 'c1');
  site.registrar.signal('SIGSTOP');
  const meanwhile = await capture(1, 'c1');
  expect(meanwhile.error_code).toBeNull();
  await meanwhile.finish();
  // each claim now fails at once, and the log says so
  while (!site.gateways[1].log.some((line) => line.includes('The registrar cannot be reached'))) {
    await (await capture(1, 'c1')).finish();
  }
  await claimed.finish();

  site.registrar.signal('SIGCONT');
  while (!site.gateways[1].log.some((line) => line.includes('The registrar can be reached again'))) {
    await (await capture(1, 'c2')).finish();
  }
  const [first, second] = [await capture(0, 'c3'), await capture(1, 'c3')];
  expect([first.error_code, second.error_code]).toEqual([null, 'protocol_violation']);
});

it(quote('session_manager tells the end of a session to all gateways in one message'), async () => {
  await start();
  const others = await site.sessions.begin('u2');
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const ending = await Promise.all([capture(0, `a${n}`), capture(1, `b${n}`)]);
    const other = await capture(n % 2 === 0 ? 0 : 1, `o${n}`, { user_id: 'u2', session_id: others });
    const told_at = performance.now();
    await Promise.all([site.sessions.end('u1', session_id), ...ending.map(({ closed }) => closed)]);
    times.push(performance.now() - told_at);
    expect(ending.map(({ error_code }) => error_code)).toEqual(['session_closed', 'session_closed']);
    await other.finish();
    session_id = await site.sessions.begin('u1');
  }
  // the middle one, since a pause of this machine in one of them is not the gateway's
  expect(times.sort((a, b) => a - b)[2]).toBeLessThan(100);
});

it(quote('Each process, also each worker of a gateway, names itself by a random id'), async () => {
  await start({ WORKERS: '2' });
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => capture(n % 2 === 0 ? 0 : 1, 'c1')));
  expect(answers.filter(({ error_code }) => error_code === null)).toHaveLength(1);
  await Promise.all([site.sessions.end('u1', session_id), ...answers.map(({ closed }) => closed)]);
  expect(answers.filter(({ error_code }) => error_code === 'session_closed')).toHaveLength(1);
});

it(
  quote('While the connection of a gateway, an extractor or the registrar is broken, its readiness is red'),
  async () => {
    await start();
    const extractor = await ExtractorProcess.start({
      LANDMARK_FORWARDER: 'nats',
      NATS_URL: site.server.url('landmark-extractor-0'),
    });
    const programs = [...site.gateways, extractor, site.registrar];
    const readiness = () => Promise.all(programs.map((program) => program.readiness()));
    const metric = async () => {
      const answer = await fetch(`http://127.0.0.1:${site.gateways[0].port}/metrics`);
      return new Exposition(await answer.text()).value('ready');
    };
    expect([await readiness(), await metric()]).toEqual([[200, 200, 200, 200], 1]);
    await site.server.kill();
    await Promise.all(programs.map((program) => program.draining()));
    expect([await readiness(), await metric()]).toEqual([[503, 503, 503, 503], 0]);
    // it does its work without
    expect(await site.sessions.readiness()).toBe(200);

    await site.server.startAgain();
    await Promise.all(programs.map((program) => program.ready()));
  },
);
