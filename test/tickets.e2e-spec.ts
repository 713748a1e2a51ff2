import { CaptureAuthorizer, TicketAuthorizer } from '@a3cp/camera-feed';
import { type CaptureFrame, type FrameSource, startCapture } from '@a3cp/capture-client';
import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX } from '@a3cp/capture-protocol';
import { CaptureSocketClient } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import WebSocket from 'ws';
import { Gateway } from './support/gateway.js';
import { IdleClosingServer } from './support/idle-closing-server.js';
import { jpegOf } from './support/jpeg.js';
import { KeyServer, MISBEHAVIOURS } from './support/key-server.js';
import { ManualClock } from './support/manual-clock.js';
import { quote } from './support/protocol.js';
import { asBearer, keyOf, now, TICKET_SECRET, ticketOf } from './support/ticket.js';
import { hangUp, upgrade } from './support/upgrade.js';
import { aborted, COMPLETED, verdictOf } from './support/verdict.js';

/** What the system takes for a connection of which the gateway reads no more; an endless answer has no bound. */
const MAX_ON_THE_WAY_BYTES = 16_000_000;

const WHOSE = { aud: 'camera_feed_worker', user_id: 'u1', session_id: 's1' };

let gateway: Gateway;

afterEach(() => {
  hangUp();
  return gateway.stop();
});

const inProtocol = (ticket: string): Record<string, string> => ({
  'Sec-WebSocket-Protocol': `${CAPTURE_SUBPROTOCOL}, ${TICKET_SUBPROTOCOL_PREFIX}${ticket}`,
});

/** A client that brings a ticket the way a browser does. */
function connect(ticket: string): Promise<CaptureSocketClient> {
  return gateway.connect(CAPTURE_PATHS[0], [CAPTURE_SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX + ticket]);
}

describe('given a secret', () => {
  beforeEach(async () => {
    gateway = await Gateway.start({}, { captureAuthorizer: new TicketAuthorizer({ secret: TICKET_SECRET }) });
  });

  it(quote('The server never selects it.'), async () => {
    const ticket = await ticketOf();
    const answer = await upgrade(gateway, inProtocol(ticket));
    expect(answer.status).toBe(101);
    expect(answer.headers['sec-websocket-protocol']).toBe(CAPTURE_SUBPROTOCOL);
    const alone = await upgrade(gateway, { 'Sec-WebSocket-Protocol': TICKET_SUBPROTOCOL_PREFIX + (await ticketOf()) });
    expect(alone.status).toBe(101);
    expect(alone.headers['sec-websocket-protocol']).toBeUndefined();
  });

  it(quote('as `Authorization: Bearer <ticket>`'), async () => {
    expect((await upgrade(gateway, asBearer(await ticketOf()))).status).toBe(101);
  });

  it('a capture with a ticket is a capture like any other', async () => {
    const client = await connect(await ticketOf({ capture_id: 'c1' }));
    client.open();
    client.frame(1);
    client.close();
    expect((await client.closed).code).toBe(1000);
    expect(gateway.extractor.stream.ends).toMatchObject([{ event: 'capture.close', frame_count: 1 }]);
  });

  it('the capture client brings one', async () => {
    async function* frames(): AsyncGenerator<CaptureFrame> {
      yield { jpeg: new Uint8Array(jpegOf(1_000)), timestamp_frame: new Date() };
    }
    const source: FrameSource = { width: 640, height: 480, fps_target: 15, frames, close: () => undefined };
    const identity = { user_id: 'u1', session_id: 's1' };
    const ticket = await ticketOf();
    const capture = startCapture({ url: gateway.url(), identity, ticket, source, WebSocket });
    expect(await capture.result).toMatchObject({ kind: 'completed', frames: 1, receipt: true });
  });

  it(quote('Without it the upgrade is refused with 401.'), async () => {
    const answer = await upgrade(gateway);
    expect(answer).toMatchObject({ status: 401, body: 'Unauthorized' });
    expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'content-type': 'text/plain' });
    expect(gateway.sessions.asked).toBe(0);
  });

  it(quote('never in the URL'), async () => {
    const ticket = await ticketOf();
    for (const name of ['ticket', 'token', 'access_token']) {
      expect((await upgrade(gateway, {}, `${CAPTURE_PATHS[0]}?${name}=${ticket}`)).status).toBe(401);
    }
  });

  it.each<[string, object]>([
    ['for another audience', { aud: 'elsewhere' }],
    ['for other audiences', { aud: ['elsewhere', 'nowhere'] }],
    ['that begins later', { nbf: now() + 60 }],
    ['without an audience', { aud: undefined }],
    ['that is over', { iat: now() - 60, exp: now() - 10 }],
    ['without an end', { exp: undefined }],
    ['without a beginning', { iat: undefined }],
    ['of tomorrow', { iat: now() + 3_600, exp: now() + 3_660 }],
    ['from 306 s ago, whatever its end', { iat: now() - 306, exp: now() + 3_600 }],
    ['without a name of its own', { jti: undefined }],
    ['with too long a name', { jti: 'x'.repeat(129) }],
    ['without a user', { user_id: undefined }],
    ['without a session', { session_id: undefined }],
    ['with a user that is no string', { user_id: 1 }],
    ['with a capture that is no string', { capture_id: ['c1'] }],
    ['with an empty capture', { capture_id: '' }],
  ])('a ticket %s is not good', async (_what, claims) => {
    expect((await upgrade(gateway, asBearer(await ticketOf(claims)))).status).toBe(401);
  });

  it.each<[string, object]>([
    ['camera_feed_worker, alone or among others', { aud: ['elsewhere', 'camera_feed_worker'] }],
    [
      "each of the three times is taken 5 s in the ticket's favour",
      { iat: now() + 4, nbf: now() + 4, exp: now() + 60 },
    ],
    ['A later `exp` is not an error', { iat: now() - 60, exp: now() + 3_600 }],
  ])('%s', async (sentence, claims) => {
    quote(sentence);
    expect((await upgrade(gateway, asBearer(await ticketOf(claims)))).status).toBe(101);
  });

  it.each([
    [128, 101],
    [129, 401],
  ])('a user of %i characters, of however many bytes, is answered %i', async (characters, status) => {
    const ticket = await ticketOf({ user_id: '𝄞'.repeat(characters) });
    expect((await upgrade(gateway, asBearer(ticket))).status).toBe(status);
  });

  it('a ticket signed otherwise is not good', async () => {
    const [header, claims, signature = ''] = (await ticketOf()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const forged = Buffer.from(JSON.stringify({ ...WHOSE, jti: 'x', iat: now(), exp: now() + 60 }));
    const { privateKey } = await generateKeyPair('RS256');
    const tickets = [
      await ticketOf({}, keyOf('another secret of thirty-two bytes')),
      await ticketOf({}, keyOf(TICKET_SECRET.repeat(2)), 'HS512'),
      await ticketOf({}, privateKey, 'RS256'),
      `${header}.${claims}.${signature.slice(1)}x`,
      `${header}.${forged.toString('base64url')}.${signature}`,
      `${none}.${claims}.`,
      'x',
      '..',
      '',
    ];
    for (const ticket of tickets) expect((await upgrade(gateway, asBearer(ticket))).status).toBe(401);
  });

  it('two tickets at once are not good', async () => {
    const both = { ...asBearer(await ticketOf()), ...inProtocol(await ticketOf()) };
    expect((await upgrade(gateway, both)).status).toBe(401);
  });

  it(quote('A ticket is good for one connection'), async () => {
    const ticket = await ticketOf();
    const answers = await Promise.all([ticket, ticket, ticket].map((same) => upgrade(gateway, asBearer(same))));
    expect(answers.map(({ status }) => status).sort()).toEqual([101, 401, 401]);
    expect((await upgrade(gateway, inProtocol(ticket))).status).toBe(401);
  });

  it.each([
    ['user', { user_id: 'u2' }],
    ['session', { session_id: 's2' }],
    ['capture', { capture_id: 'c2' }],
  ])('an open that names another %s than the ticket aborts as protocol_violation', async (what, claims) => {
    const client = await connect(await ticketOf(claims));
    client.open();
    expect(await verdictOf(client)).toEqual(aborted('protocol_violation'));
    expect((await client.closed).reason).toBe(`protocol_violation: ${what}_id is not the ticket's`);
    expect(gateway.sessions.asked).toBe(0);
    expect(gateway.extractor.streams).toEqual([]);
  });
});

describe(quote("with RS256 or ES256 and a key of the authority's JWKS"), () => {
  let authority: KeyServer;

  beforeEach(async () => {
    authority = await KeyServer.start();
    const { jwks_url } = authority;
    gateway = await Gateway.start({}, { captureAuthorizer: new TicketAuthorizer({ jwks_url }) });
  });

  afterEach(() => authority.stop());

  /** A ticket of a key that the authority does not have, for which its keys are fetched again. */
  async function strange(): Promise<string> {
    return ticketOf({}, (await generateKeyPair('ES256')).privateKey, 'ES256', 'another');
  }

  it.each(['RS256', 'ES256'])('%s', async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    authority.keys = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg }];
    expect((await upgrade(gateway, asBearer(await ticketOf({}, privateKey, alg)))).status).toBe(101);
    const stranger = await generateKeyPair(alg);
    expect((await upgrade(gateway, asBearer(await ticketOf({}, stranger.privateKey, alg)))).status).toBe(401);
    expect((await upgrade(gateway, asBearer(await ticketOf()))).status).toBe(401);
  });

  it.each(MISBEHAVIOURS)(quote('If it has none, it refuses the upgrade: 503') + ': the authority %s', async (how) => {
    authority.behaves = how;
    const over = authority.over();
    const { privateKey } = await generateKeyPair('RS256');
    const answer = await upgrade(gateway, asBearer(await ticketOf({}, privateKey, 'RS256')));
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(answer.body).toBe('Service Unavailable');
    expect(await over).toBeLessThan(MAX_ON_THE_WAY_BYTES);
  });

  it.each(MISBEHAVIOURS)(quote('those that it has stay in use for a day') + ': the authority %s', async (how) => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    authority.keys = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }];
    const good = await Promise.all([1, 2, 3, 4].map(() => ticketOf({}, privateKey, 'ES256')));
    const [first = '', second = '', third = '', last = ''] = good;
    expect((await upgrade(gateway, asBearer(first))).status).toBe(101);

    authority.behaves = how;
    // a key that is unknown is looked for once in 30 s, and all keys after 10 minutes
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
    const over = authority.over();
    const meanwhile = upgrade(gateway, asBearer(await strange()));
    expect((await upgrade(gateway, asBearer(second))).status).toBe(101);
    expect((await meanwhile).status).toBe(401);
    expect(await over).toBeLessThan(MAX_ON_THE_WAY_BYTES);
    clock.mockReturnValue(Date.now() + 600_000);
    expect((await upgrade(gateway, asBearer(third))).status).toBe(101);
    expect(authority.asked).toBe(3);

    authority.behaves = 'answers';
    clock.mockReturnValue(Date.now() + 600_000);
    expect((await upgrade(gateway, asBearer(last))).status).toBe(101);
    expect(authority.asked).toBe(4);
    clock.mockRestore();
  });
});

it('an authority that closes idle connections refuses nobody: every fetch of its keys has a new connection', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys: object[] = [];
  const authority = await IdleClosingServer.start(() => ({ keys }));
  gateway = await Gateway.start(
    {},
    { captureAuthorizer: new TicketAuthorizer({ jwks_url: `${authority.origin}/keys` }) },
  );
  expect((await upgrade(gateway, asBearer(await ticketOf({}, privateKey, 'ES256')))).status).toBe(401);

  keys.push({ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' });
  const ticket = await ticketOf({}, privateKey, 'ES256');
  // a key that is unknown is looked for once in 30 s
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
  expect((await upgrade(gateway, asBearer(ticket))).status).toBe(101);
  expect(authority.answered).toBe(2);
  clock.mockRestore();
  await authority.stop();
});

describe(quote("also after the server's clock was set back"), () => {
  /** A clock whose date a test sets; its time goes on by itself. */
  class SetClock extends ManualClock {
    /** Seconds that it is wrong. */
    wrong = 0;
    override date(): Date {
      return new Date(super.date().getTime() + 1_000 * this.wrong);
    }
    get seconds(): number {
      return Math.floor(this.date().getTime() / 1_000);
    }
  }

  let clock: SetClock;

  beforeEach(async () => {
    clock = new SetClock();
    const captureAuthorizer = new TicketAuthorizer({ secret: TICKET_SECRET }, null, clock);
    gateway = await Gateway.start({}, { captureAuthorizer });
  });

  /** A ticket of an authority with the same clock. */
  const ticket = (): Promise<string> => ticketOf({ iat: clock.seconds, exp: clock.seconds + 60 });

  const use = async (one: string): Promise<number> => (await upgrade(gateway, asBearer(one))).status;

  it.each([
    ['an hour ahead and back', [3_600, 0]],
    ['an hour back and ahead', [-3_600, 0]],
    ['to and fro', [30, -30, 60, 3_600, -3_600, 0]],
  ])('%s', async (_how, steps) => {
    const first = await ticket();
    expect(await use(first)).toBe(101);
    const used = [first];
    for (const wrong of steps) {
      clock.wrong = wrong;
      // longer than any ticket lives
      clock.advance(400_000);
      const next = await ticket();
      expect([await use(next), await use(next)]).toEqual([101, 401]);
      used.push(next);
    }
    // to each moment at which one of them was good
    for (const one of used) {
      const { iat } = decodeJwt(one);
      clock.wrong += (iat ?? 0) - clock.seconds;
      expect(await use(one)).toBe(401);
      expect(await use(await ticket())).toBe(101);
    }
  });
});

it(quote('Gateways without NATS share nothing: each accepts a ticket once, and says so in its log'), async () => {
  const lines: string[] = [];
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: string) => void lines.push(line));
  const shared = { spend: () => Promise.resolve(true) };
  for (const sharing of [null, shared]) {
    const captureAuthorizer = (): CaptureAuthorizer => new TicketAuthorizer({ secret: TICKET_SECRET }, sharing);
    gateway = await Gateway.start({}, { captureAuthorizer });
    expect((await upgrade(gateway, asBearer(await ticketOf()))).status).toBe(101);
    hangUp();
    await gateway.stop();
  }
  expect(lines).toEqual([
    'Only this process knows its used tickets; other processes of this platform would accept them again',
  ]);
  warn.mockRestore();
});

it('what another process says of a ticket counts', async () => {
  const asked: unknown[] = [];
  const shared = { spend: (ticket: object) => Promise.resolve(asked.push(ticket) < 2) };
  gateway = await Gateway.start({}, { captureAuthorizer: new TicketAuthorizer({ secret: TICKET_SECRET }, shared) });
  const tickets = [await ticketOf({ jti: 'a' }), await ticketOf({ jti: 'b', exp: now() + 60 })];
  const answers = [];
  for (const ticket of [...tickets, ...tickets]) answers.push((await upgrade(gateway, asBearer(ticket))).status);
  expect(answers).toEqual([101, 401, 401, 401]);
  // what this process knows it does not ask for, and no name leaves it
  const ticket_id = createHash('sha256').update('a').digest('base64url');
  expect(asked).toHaveLength(2);
  expect(asked[0]).toEqual({ ticket_id, dies_at: expect.any(Number) });
});

it(quote('that no other process answers for within 250 ms: each process then accepts it once'), async () => {
  const lines: string[] = [];
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: string) => void lines.push(line));
  const clock = new ManualClock();
  const events = new EventEmitter();
  const shared = {
    spend: () => {
      events.emit('asked');
      return new Promise<never>(() => undefined);
    },
  };
  const captureAuthorizer = new TicketAuthorizer({ secret: TICKET_SECRET }, shared, clock);
  gateway = await Gateway.start({}, { captureAuthorizer });
  const seconds = clock.date().getTime() / 1_000;
  const ticket = await ticketOf({ iat: seconds, exp: seconds + 60 });
  const asked = once(events, 'asked');
  const answer = upgrade(gateway, asBearer(ticket));
  await asked;
  clock.advance(250);
  expect((await answer).status).toBe(101);
  expect((await upgrade(gateway, asBearer(ticket))).status).toBe(401);
  expect(lines).toEqual(['The other processes do not answer: they accept a ticket that was used here']);
  expect(clock.running).toBe(0);
  warn.mockRestore();
});

it('a secret of fewer than 32 bytes is refused', async () => {
  gateway = await Gateway.start();
  expect(() => new TicketAuthorizer({ secret: 'x'.repeat(31) })).toThrow(
    'TicketAuthorizer: secret must have at least 32 bytes',
  );
});

it('a secret in place of the options is refused, and not repeated', async () => {
  gateway = await Gateway.start();
  expect(() => new TicketAuthorizer(TICKET_SECRET as never)).toThrow(
    /^TicketAuthorizer needs { secret } or { jwks_url }$/,
  );
});

it("a platform's own authority decides by whatever the request holds, and may be away", async () => {
  class CookieAuthorizer extends CaptureAuthorizer {
    async authorize({ headers }: Parameters<CaptureAuthorizer['authorize']>[0]) {
      if (headers.cookie === 'away') throw new Error('away');
      return headers.cookie === undefined ? null : { user_id: headers.cookie, session_id: 's1', capture_id: null };
    }
  }
  gateway = await Gateway.start({}, { captureAuthorizer: new CookieAuthorizer() });
  expect((await upgrade(gateway)).status).toBe(401);
  expect((await upgrade(gateway, { Cookie: 'away' })).status).toBe(503);
  const client = new CaptureSocketClient(gateway.url(), [], { Cookie: 'u1' });
  await client.opened;
  client.open();
  client.close();
  expect(await verdictOf(client)).toEqual(COMPLETED);
});

it("a platform's authority that answers with nothing lets nobody in", async () => {
  // what a compiler refuses, and a platform in JavaScript may do
  const nothing = { authorize: () => Promise.resolve(undefined) } as unknown as CaptureAuthorizer;
  gateway = await Gateway.start({}, { captureAuthorizer: nothing });
  expect((await upgrade(gateway)).status).toBe(401);
});

it(quote('no answer about the ticket: the upgrade is refused with 503'), async () => {
  const events = new EventEmitter();
  class SilentAuthorizer extends CaptureAuthorizer {
    authorize(): Promise<null> {
      events.emit('asked');
      return new Promise(() => undefined);
    }
  }
  gateway = await Gateway.start({ max_connections: 1 }, { captureAuthorizer: new SilentAuthorizer() });
  for (let n = 0; n < 2; n++) {
    const asked = once(events, 'asked');
    const answer = upgrade(gateway);
    await asked;
    // the place is taken meanwhile
    expect((await upgrade(gateway)).status).toBe(503);
    gateway.clock.advance(5_000);
    expect((await answer).status).toBe(503);
  }
  expect(gateway.clock.running).toBe(0);
});
