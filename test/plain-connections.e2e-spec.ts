import { CaptureSocketClient, terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { GatewayProcess } from './support/gateway-process.js';
import { Platform } from './support/platform.js';
import { quote } from './support/protocol.js';
import { killServices } from './support/service-process.js';
import { COMPLETED, type Verdict, verdictOf } from './support/verdict.js';

const REQUEST = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';
const ATTACKER = '127.0.0.2';
const LIMITS = { MAX_CONNECTIONS: '50', MAX_CONNECTIONS_PER_ADDRESS: '20' };
/** Sockets above a limit. */
const SPARE = 16;

let platform: Platform;
let gateway: GatewayProcess;
let attackers: Attackers | undefined;

/** Connections of one address that ask for what is no WebSocket and stay, and connect again when they are closed. */
class Attackers {
  readonly #sockets = new Set<Socket>();
  readonly #events = new EventEmitter<{ answer: [] }>();
  #over = false;

  constructor(count: number) {
    for (let n = 0; n < count; n++) this.#connect();
  }

  /** Resolves once the server has answered that many requests more. */
  async answered(count: number): Promise<void> {
    for (let answers = 0; answers < count; answers++) await once(this.#events, 'answer');
  }

  stop(): void {
    this.#over = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #connect(): void {
    const socket = connect({ port: gateway.port, host: '127.0.0.1', localAddress: ATTACKER });
    this.#sockets.add(socket);
    socket.write(REQUEST);
    socket.on('data', () => this.#events.emit('answer')).on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (!this.#over) setTimeout(() => this.#connect(), 20);
    });
  }
}

function openFiles({ pid }: GatewayProcess): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

async function capture(n: number): Promise<Verdict> {
  const client = await CaptureSocketClient.connect(gateway.url());
  const capture_id = `c${n}`;
  client.open({ capture_id, user_id: capture_id });
  client.frame(1, undefined, { capture_id });
  client.close({ capture_id });
  return verdictOf(client);
}

beforeEach(async () => {
  platform = await Platform.start();
});

afterEach(async () => {
  attackers?.stop();
  attackers = undefined;
  terminateClients();
  await killServices();
  await platform.stop();
});

it(quote('A connection counts from its first byte, also if it never asks for a WebSocket'), async () => {
  gateway = await GatewayProcess.start({ ...platform.env, ...LIMITS });
  await capture(0);
  const before = openFiles(gateway);
  const log_before = gateway.log.length;
  attackers = new Attackers(200);
  await attackers.answered(400);
  for (let n = 1; n <= 20; n++) {
    expect(await capture(n)).toEqual(COMPLETED);
    // those of an address and those of the last two captures, each with its stream
    expect(openFiles(gateway) - before).toBeLessThanOrEqual(20 + SPARE + 4);
  }
  expect(gateway.log.slice(log_before)).toEqual([expect.stringContaining('Connections are at their limit')]);
});

it('where the process may open few files, it says so at the start, and takes no more connections', async () => {
  gateway = await GatewayProcess.startWithOpenFiles(300, platform.env);
  expect(gateway.log.join('\n')).toContain('The limit of open files (ulimit -n) is low: MAX_CONNECTIONS is now 100');
  attackers = new Attackers(400);
  await attackers.answered(800);
  for (let n = 1; n <= 5; n++) expect(await capture(n)).toEqual(COMPLETED);
  expect(openFiles(gateway)).toBeLessThan(200);
});
