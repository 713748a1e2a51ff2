import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL } from '@a3cp/capture-protocol';
import { metaMessage, openMessage, terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { GatewayProcess } from './support/gateway-process.js';
import { honestCapture, peakMemoryOf } from './support/honest-captures.js';
import { jpegOf, progressiveJpegOf } from './support/jpeg.js';
import { Platform } from './support/platform.js';
import { emptyFrame, frameHead, handshake, textFrame } from './support/raw-socket.js';
import { killServices } from './support/service-process.js';
import { COMPLETED, type Verdict } from './support/verdict.js';

const ATTACKERS = 200;
const HONEST = 5;

/** Of an honest capture while the attack begins and goes on, and before it, so that memory is what it is at work: 2 s. */
const PICTURES = 30;

/** Of one after it, which needs no more to show that captures are taken. */
const FEW_PICTURES = 8;

const MAX_GROWTH_BYTES = 64_000_000;

const CONTINUATION = 0x0;
const TEXT = 0x1;
const BINARY = 0x2;
const PING = 0x9;
const PONG = 0xa;

/** What one connection of an attack does. */
interface Attack {
  /** Sent at once. */
  readonly first: Buffer;
  /** Sent again and again, as fast as it is taken. */
  readonly flood?: Buffer;
  /** Sent every 200 ms. */
  readonly trickle?: Buffer;
  /** Whether the attacker reads what it is told. */
  readonly reads: boolean;
}

/** As many of these as fit what a socket hands over at once. */
function many(frame: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: Math.floor(65_536 / frame.length) }, () => frame));
}

/** An open of a user of its own. */
function openFrame(n: number): Buffer {
  return textFrame(openMessage({ user_id: `attacker-${n}`, capture_id: `attack-${n}` }));
}

function metaFrame(n: number, seq: number, byte_length: number): Buffer {
  return textFrame(metaMessage(seq, byte_length, { capture_id: `attack-${n}` }));
}

function after(...bytes: Buffer[]): Buffer {
  return Buffer.concat([handshake(), ...bytes]);
}

/** The longest ping there is, whose answers would pile up. */
const LONGEST_PING = Buffer.concat([Buffer.from([0x80 | PING, 0x80 | 125, 0, 0, 0, 0]), Buffer.alloc(125)]);

/** A request with an answer that takes time. */
const REQUEST = Buffer.from('GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n');

/** The head of a request whose body comes in pieces. */
const CHUNKED = Buffer.from('POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');

const JPEG = jpegOf(10_000);

const BOMB = progressiveJpegOf(10_000);

/** Each connection's part in it, numbered so that none is like another. */
const ATTACKS: [string, (n: number) => Attack][] = [
  ['says nothing at all', () => ({ first: Buffer.alloc(0), reads: true })],
  [
    'never ends its request',
    () => ({
      first: Buffer.from(`GET ${CAPTURE_PATHS[0]} HTTP/1.1\r\nHost: a\r\n`),
      trickle: Buffer.from('X: y\r\n'),
      reads: true,
    }),
  ],
  [
    'sends requests without end, and waits for no answer',
    () => ({ first: REQUEST, flood: many(REQUEST), reads: true }),
  ],
  [
    'sends a body of one byte a piece, without end',
    () => ({ first: CHUNKED, flood: many(Buffer.from('1\r\nx\r\n')), reads: true }),
  ],
  ['says nothing after the upgrade', () => ({ first: after(), reads: true })],
  ['pings without end and reads no answer', () => ({ first: after(), flood: many(LONGEST_PING), reads: false })],
  ['sends the shortest pings without end', () => ({ first: after(), flood: many(emptyFrame(PING)), reads: true })],
  ['pongs without end, unasked', () => ({ first: after(), flood: many(emptyFrame(PONG)), reads: true })],
  ['sends empty messages without end', () => ({ first: after(), flood: many(emptyFrame(TEXT)), reads: true })],
  [
    'sends empty messages without end behind its open',
    (n) => ({ first: after(openFrame(n)), flood: many(emptyFrame(BINARY)), reads: true }),
  ],
  [
    'sends empty fragments without end',
    () => ({ first: after(emptyFrame(TEXT, false)), flood: many(emptyFrame(CONTINUATION, false)), reads: true }),
  ],
  [
    'never ends its first message, one byte short of the largest',
    () => ({ first: after(frameHead(BINARY, 300_000), Buffer.alloc(299_999)), reads: true }),
  ],
  [
    'sends a frame a few bytes at a time',
    (n) => ({
      first: after(openFrame(n), metaFrame(n, 1, 300_000), frameHead(BINARY, 300_000)),
      trickle: Buffer.alloc(10),
      reads: true,
    }),
  ],
  [
    'captures, asks to be told of it, and reads nothing',
    (n) => ({
      first: Buffer.concat([
        handshake(`Sec-WebSocket-Protocol: ${CAPTURE_SUBPROTOCOL}\r\n`),
        openFrame(n),
        ...[1, 2, 3].flatMap((seq) => [metaFrame(n, seq, JPEG.length), frameHead(BINARY, JPEG.length), JPEG]),
      ]),
      // who does not read learns of the end by writing
      trickle: emptyFrame(PONG),
      reads: false,
    }),
  ],
  [
    'captures pictures of 10,000 scans',
    (n) => ({
      first: after(openFrame(n), metaFrame(n, 1, BOMB.length), frameHead(BINARY, BOMB.length), BOMB),
      reads: true,
    }),
  ],
  [
    'sends the largest messages without end',
    () => ({ first: after(), flood: Buffer.concat([frameHead(BINARY, 300_000), Buffer.alloc(300_000)]), reads: true }),
  ],
  [
    'breaks the transport, and sends on without end',
    () => ({ first: after(frameHead(BINARY, 300_001)), flood: Buffer.alloc(65_536), reads: true }),
  ],
  [
    'captures, then breaks the protocol and sends the largest messages without end',
    (n) => ({
      first: after(openFrame(n), metaFrame(n, 2, 1)),
      flood: Buffer.concat([frameHead(BINARY, 300_000), Buffer.alloc(300_000)]),
      reads: true,
    }),
  ],
];

describe(`${ATTACKERS} connections at once, each of which`, () => {
  let platform: Platform;
  let gateway: GatewayProcess;
  let attackers: ChildProcess;

  beforeEach(async () => {
    platform = await Platform.start();
    gateway = await GatewayProcess.start({
      ...platform.env,
      // what is waited for here, in less time than an operator would
      UPGRADE_TIMEOUT_MS: '2000',
      OPEN_TIMEOUT_MS: '2000',
      SILENCE_TIMEOUT_MS: '2000',
    });
    attackers = fork(fileURLToPath(new URL('support/attackers.mjs', import.meta.url)), { execArgv: [] });
  });

  afterEach(async () => {
    terminateClients();
    const gone = once(attackers, 'exit');
    attackers.kill('SIGKILL');
    await Promise.all([gone, killServices()]);
    await platform.stop();
  });

  /** So many captures, and what came of them. */
  function captures(kind: string, pictures: number): Promise<Verdict[]> {
    const names = Array.from({ length: HONEST }, (_, n) => `${kind}-${n}`);
    return Promise.all(names.map((name) => honestCapture(gateway.url(), name, pictures)));
  }

  it.each(ATTACKS)('%s', async (_what, attack) => {
    const all_well = Array.from({ length: HONEST }, () => COMPLETED);
    expect(await captures('before', PICTURES)).toEqual(all_well);
    // a peak against a peak: what is resident at one moment depends on when garbage was collected last
    const before = peakMemoryOf(gateway);
    const log_before = [...gateway.log];

    const meanwhile = captures('meanwhile', PICTURES);
    const cut_off = once(attackers, 'message');
    const attacks = Array.from({ length: ATTACKERS }, (_, n) => attack(n)).map(({ first, flood, trickle, reads }) => ({
      first: first.toString('base64'),
      flood: flood?.toString('base64'),
      trickle: trickle?.toString('base64'),
      reads,
    }));
    attackers.send({ port: gateway.port, attacks });
    expect(await meanwhile).toEqual(all_well);
    await cut_off;

    expect(peakMemoryOf(gateway) - before).toBeLessThan(MAX_GROWTH_BYTES);
    expect(await captures('after', FEW_PICTURES)).toEqual(all_well);
    expect(gateway.log).toEqual(log_before);
  });
});
