import { openMessage, terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { GatewayProcess } from './support/gateway-process.js';
import { honestCapture, peakMemoryOf } from './support/honest-captures.js';
import { KeyServer } from './support/key-server.js';
import { Platform } from './support/platform.js';
import { handshake, textFrame } from './support/raw-socket.js';
import { killServices } from './support/service-process.js';
import { asBearer, ticketOf } from './support/ticket.js';
import { COMPLETED } from './support/verdict.js';

const HONEST = 20;

/** Of an honest capture: 2 s. */
const PICTURES = 30;

const MAX_GROWTH_BYTES = 64_000_000;

/** Of session_manager, for a session that it does not know. */
const SEARCH_MS = 50;

const KEEP_ALIVE = Buffer.from('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');

/** What one connection of an attack does. */
interface Attack {
  /** Sent at once. */
  readonly first: Buffer;
  /** Sent twice a second. */
  readonly trickle?: Buffer;
  /** Before it comes back, once the server has hung up. */
  readonly away_ms: number;
}

let platform: Platform;
let sessions: Server;
let keys: KeyServer;
let gateway: GatewayProcess;
let attackers: ChildProcess;

beforeEach(async () => {
  platform = await Platform.start();
  keys = await KeyServer.start();
  sessions = createServer((request, response) => {
    void text(request).then((body) => {
      const { session_id } = JSON.parse(body) as { session_id: string };
      const known = session_id === 's1';
      setTimeout(() => response.end(JSON.stringify({ status: known ? 'active' : 'invalid' })), known ? 0 : SEARCH_MS);
    });
  });
  sessions.listen(0, '127.0.0.1');
  await once(sessions, 'listening');
  attackers = fork(fileURLToPath(new URL('support/returning-attackers.mjs', import.meta.url)), { execArgv: [] });
});

afterEach(async () => {
  terminateClients();
  const gone = once(attackers, 'exit');
  attackers.kill('SIGKILL');
  await Promise.all([gone, killServices()]);
  sessions.closeAllConnections();
  sessions.close();
  await Promise.all([keys.stop(), platform.stop()]);
});

/** What a gateway is told, with a session_manager that knows one session of each user. */
function env(): Record<string, string> {
  const SESSION_MANAGER_URL = `http://127.0.0.1:${(sessions.address() as AddressInfo).port}`;
  return { ...platform.env, SESSION_MANAGER_URL };
}

function begin(attacks: readonly Attack[]): void {
  attackers.send({
    port: gateway.port,
    attacks: attacks.map(({ first, trickle, away_ms }) => ({
      first: first.toString('base64'),
      trickle: trickle?.toString('base64'),
      away_ms,
    })),
  });
}

/** How often the attackers were refused so far, by the word. */
async function refusals(): Promise<Record<string, number>> {
  const told = once(attackers, 'message') as Promise<[Record<string, number>]>;
  attackers.send({ tell: true });
  return (await told)[0];
}

/** So many captures at once, of a user each, all of which complete. */
async function captures(kind: string, headersOf = (_name: string): Record<string, string> => ({})): Promise<void> {
  const names = Array.from({ length: HONEST }, (_, n) => `${kind}-${n}`);
  const verdicts = names.map((name) => honestCapture(gateway.url(), name, PICTURES, headersOf(name)));
  expect(await Promise.all(verdicts)).toEqual(names.map(() => COMPLETED));
}

it('opens in the names of others with made-up sessions take nothing of their quotas', async () => {
  gateway = await GatewayProcess.start(env());
  await captures('before');
  const before = peakMemoryOf(gateway);
  const attacks = Array.from({ length: 10 * HONEST }, (_, n) => {
    const user_id = `meanwhile-${n % HONEST}`;
    const open = openMessage({ user_id, session_id: `made-up-${n}`, capture_id: `made-up-${n}` });
    return { first: Buffer.concat([handshake(), textFrame(open)]), away_ms: 500 };
  });
  begin(attacks);
  while (!((await refusals())['session_invalid'] ?? 0)) continue;
  await captures('meanwhile');
  expect(peakMemoryOf(gateway) - before).toBeLessThan(MAX_GROWTH_BYTES);
  expect(Object.keys(await refusals())).toEqual(['session_invalid']);
});

it('connections that stay, of one address, more than the process may have files, keep nobody out', async () => {
  gateway = await GatewayProcess.startWithOpenFiles(1_024, env());
  await captures('before');
  const before = peakMemoryOf(gateway);
  const log_before = gateway.log.length;
  begin(Array.from({ length: 1_100 }, () => ({ first: KEEP_ALIVE, trickle: KEEP_ALIVE, away_ms: 1_000 })));
  while (gateway.log.length === log_before) await fetch(`http://127.0.0.1:${gateway.port}/health/live`);
  await captures('meanwhile');
  expect(peakMemoryOf(gateway) - before).toBeLessThan(MAX_GROWTH_BYTES);
  expect(gateway.log.slice(log_before)).toEqual([expect.stringContaining('Connections are at their limit')]);
});

it.each(['answers without end', 'answers a blank at a time, without end', 'never answers'] as const)(
  'tickets of made-up keys, while the authority %s, keep nobody out',
  async (how) => {
    const good = await generateKeyPair('ES256');
    const made_up = await generateKeyPair('ES256');
    keys.keys = [{ ...(await exportJWK(good.publicKey)), kid: 'k1', alg: 'ES256' }];
    gateway = await GatewayProcess.start({ ...env(), CAPTURE_TICKET_JWKS_URL: keys.jwks_url });
    const names = ['before', 'meanwhile'].flatMap((kind) => Array.from({ length: HONEST }, (_, n) => `${kind}-${n}`));
    const tickets = new Map<string, string>();
    for (const name of names) tickets.set(name, await ticketOf({ user_id: name }, good.privateKey, 'ES256'));
    const headersOf = (name: string): Record<string, string> => asBearer(tickets.get(name) ?? '');
    await captures('before', headersOf);

    keys.behaves = how;
    const before = peakMemoryOf(gateway);
    const attacks = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const ticket = await ticketOf({}, made_up.privateKey, 'ES256', `made-up-${n}`);
        return { first: handshake(`Authorization: Bearer ${ticket}\r\n`), away_ms: 100 };
      }),
    );
    begin(attacks);
    while (!((await refusals())['401'] ?? 0)) continue;
    await captures('meanwhile', headersOf);
    expect(peakMemoryOf(gateway) - before).toBeLessThan(MAX_GROWTH_BYTES);
    expect(Object.keys(await refusals())).toEqual(['401']);
  },
);

it('an authority whose answers have no end takes no memory while it has given no key', async () => {
  keys.behaves = 'answers without end';
  gateway = await GatewayProcess.start({ ...env(), CAPTURE_TICKET_JWKS_URL: keys.jwks_url });
  const before = peakMemoryOf(gateway);
  const ticket = await ticketOf({}, (await generateKeyPair('ES256')).privateKey, 'ES256');
  begin(Array.from({ length: 50 }, () => ({ first: handshake(`Authorization: Bearer ${ticket}\r\n`), away_ms: 0 })));
  while (((await refusals())['503'] ?? 0) < 2_000) continue;
  expect(peakMemoryOf(gateway) - before).toBeLessThan(MAX_GROWTH_BYTES);
  expect(Object.keys(await refusals())).toEqual(['503']);
  expect(gateway.log.filter((line) => line.includes('captureAuthorizer failed'))).toHaveLength(1);
});
