import { CaptureAuthorizer, type CameraFeedModuleOptions, PortLog } from '@a3cp/camera-feed';
import { CaptureClaims, PeerUnreachable } from '@a3cp/capture-domain';
import { InProcessLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { FakeSessionManager, ScriptedExtractor } from '@a3cp/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Exposition } from './support/exposition.js';
import { Gateway } from './support/gateway.js';
import { aborted, COMPLETED, completed, verdictOf } from './support/verdict.js';

/** What no log line may hold. */
const CLIENT_TEXT = 'jane-doe';
const SECRET = 'what session_manager and the gateway share';

class PlatformError extends Error {}

/** The platform's own code, at the moment it breaks. */
function breakDown(): never {
  throw new PlatformError(CLIENT_TEXT);
}

let gateway: Gateway;
let lines: [level: string, message: string, place?: string][];

beforeEach(() => {
  lines = [];
});

afterEach(async () => {
  await gateway.stop();
  Logger.overrideLogger(false);
});

/** A gateway whose platform gives this, and whose log is kept from then on. */
async function start(given: Partial<CameraFeedModuleOptions>): Promise<void> {
  gateway = await Gateway.start({}, given);
  Logger.overrideLogger({
    log: (message: string) => lines.push(['log', message]),
    error: (message: string, place: string) => lines.push(['error', message, place]),
    warn: (message: string) => lines.push(['warn', message]),
  });
}

/** One capture of one frame; its verdict. */
async function capture(capture_id: string) {
  const client = await gateway.connect();
  client.open({ capture_id });
  client.frame(1, undefined, { capture_id });
  client.close({ capture_id });
  return verdictOf(client);
}

function failing(how: 'throws' | 'rejects'): () => Promise<never> {
  return how === 'throws' ? breakDown : async () => breakDown();
}

class BrokenSessions extends FakeSessionManager {
  broken = true;
  fail = failing('throws');
  override validate() {
    return this.broken ? this.fail() : super.validate();
  }
}

class BrokenAuthorizer extends CaptureAuthorizer {
  authorize = failing('rejects');
}

class BrokenClaims extends CaptureClaims {
  claim = failing('rejects');
}

/** An extractor of the platform that breaks at one moment. */
function brokenExtractor(at: 'open' | 'frame' | 'end', how: 'throws' | 'rejects'): InProcessLandmarkForwarder {
  const extractor = new ScriptedExtractor();
  const fail = failing(how);
  if (at === 'open') extractor.open = fail;
  if (at === 'frame') extractor.onFrame = fail;
  if (at === 'end') extractor.onEnd = fail;
  return new InProcessLandmarkForwarder(extractor);
}

function expectLogged(port: string, consequence: string): void {
  expect(lines).toEqual([
    ['error', `${port} failed with PlatformError: ${consequence}`, expect.stringMatching(/^ {4}at .*breakDown /)],
  ]);
  expect(JSON.stringify(lines)).not.toContain(CLIENT_TEXT);
}

describe.each(['throws', 'rejects'] as const)("the platform's code %s", (how) => {
  it.each(['open', 'frame', 'end'] as const)('in its extractor, at %s', async (at) => {
    await start({ landmarkForwarder: brokenExtractor(at, how) });
    expect(await capture('c1')).toEqual(aborted('forward_failed'));
    expectLogged('landmarkForwarder', 'captures end as forward_failed');
  });

  it('in its extractor, when a capture is lost: other captures go on', async () => {
    const extractor = new ScriptedExtractor();
    extractor.onLost = failing(how);
    await start({ landmarkForwarder: new InProcessLandmarkForwarder(extractor) });
    for (const capture_id of ['c1', 'c2']) {
      const client = await gateway.capturing({ capture_id });
      const [ending, lost] = [extractor.next('end'), extractor.next('lost')];
      extractor.onEnd = () => new Promise(() => undefined);
      client.socket.terminate();
      await ending;
      await gateway.clock.pass(3_100);
      await lost;
    }
    extractor.onEnd = () => Promise.resolve();
    expect(await capture('c3')).toEqual(COMPLETED);
    const what = 'lost() of the extractor failed: it may keep what it holds of the capture';
    expect(lines).toEqual([['error', what, expect.stringMatching(/^ {4}at .*breakDown/)]]);
  });

  it('in its validator', async () => {
    const sessionValidator = new BrokenSessions();
    sessionValidator.fail = failing(how);
    await start({ sessionValidator });
    expect(await capture('c1')).toEqual(aborted('session_unavailable'));
    expectLogged('sessionValidator', 'captures end as session_unavailable');
  });

  it('in its authorizer', async () => {
    const captureAuthorizer = new BrokenAuthorizer();
    captureAuthorizer.authorize = failing(how);
    await start({ captureAuthorizer });
    await expect(gateway.connect()).rejects.toThrow('503');
    expectLogged('captureAuthorizer', 'upgrades are refused with 503');
  });

  it('in its claims: the capture goes on', async () => {
    const captureClaims = new BrokenClaims();
    captureClaims.claim = failing(how);
    await start({ captureClaims });
    const client = await gateway.capturing();
    expect(await completed(client)).toEqual(COMPLETED);
    expectLogged('captureClaims', 'captures go on without claims');
  });

  it('when it hears of an ended session: the captures of the session end', async () => {
    await start({ sessionsClosedSecret: SECRET, onSessionClosed: () => failing(how)() as unknown as undefined });
    await gateway.capturing();
    const answer = await fetch(`http://127.0.0.1:${gateway.port}/camera_feed_worker/sessions.closed`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` },
      body: JSON.stringify({ user_id: 'u1', session_id: 's1' }),
    });
    expect(await answer.json()).toEqual({ aborted_captures: 1 });
    expectLogged('onSessionClosed', 'other processes are not told of ended sessions');
  });
});

describe('a port that keeps failing', () => {
  it('is logged once a minute and counted each time', async () => {
    await start({ sessionValidator: new BrokenSessions() });
    for (const capture_id of ['c1', 'c2', 'c3']) await capture(capture_id);
    expect(lines).toHaveLength(1);
    await gateway.clock.pass(60_000);
    await capture('c4');
    const line = 'sessionValidator failed with PlatformError: captures end as session_unavailable';
    const second = `${line} (2 more since the last such line)`;
    expect(lines.map(([, message]) => message)).toEqual([line, second]);
    const exposition = await Exposition.of(gateway.app);
    expect(exposition.counted('port_failures')).toEqual({ '_total{port="sessionValidator"}': 4 });
  });

  it('is logged when it answers again', async () => {
    const sessionValidator = new BrokenSessions();
    await start({ sessionValidator });
    await capture('c1');
    sessionValidator.broken = false;
    expect(await capture('c2')).toEqual(COMPLETED);
    expect(await capture('c3')).toEqual(COMPLETED);
    expect(lines.slice(1)).toEqual([['log', 'sessionValidator answers again']]);
  });
});

describe('a port that does not answer in time', () => {
  it.each([
    ['landmarkForwarder', 'The landmark extractor', 'forward_failed'],
    ['sessionValidator', 'session_manager', 'session_unavailable'],
  ] as const)('is logged as one that cannot be reached: %s', async (port, peer, error_code) => {
    await start({});
    if (error_code === 'forward_failed') gateway.extractor.opens = 'when told';
    else gateway.sessions.answers = 'when told';
    for (const capture_id of ['c1', 'c2']) {
      const client = await gateway.connect();
      const decided = gateway.next('capture.open');
      client.open({ capture_id });
      await decided;
      await gateway.clock.pass(2_100);
      expect(await verdictOf(client)).toEqual(aborted(error_code));
    }
    const fault = `${peer} cannot be reached (no answer in time): captures end as ${error_code}`;
    expect(lines).toEqual([['warn', fault]]);
    expect(gateway.app.get(PortLog).faultOf(port)).toBe(fault);
    gateway.extractor.opens = 'accepted';
    gateway.sessions.answers = 'active';
    await gateway.clock.pass(1_000);
    expect(await capture('c3')).toEqual(COMPLETED);
    expect(lines.slice(1)).toEqual([['log', `${peer} can be reached again`]]);
    expect(gateway.app.get(PortLog).faultOf(port)).toBeNull();
  });

  it('is logged once however long it lasts, and at most once a minute if it comes and goes', async () => {
    class Sessions extends FakeSessionManager {
      reachable = false;
      override validate() {
        return this.reachable ? super.validate() : Promise.reject(new PeerUnreachable('ECONNREFUSED'));
      }
    }
    const sessionValidator = new Sessions();
    await start({ sessionValidator });
    await capture('c1');
    await gateway.clock.pass(120_000);
    await capture('c2');
    const begins = ['warn', 'session_manager cannot be reached (ECONNREFUSED): captures end as session_unavailable'];
    const ends = ['log', 'session_manager can be reached again'];
    expect(lines).toEqual([begins]);
    sessionValidator.reachable = true;
    await capture('c3');
    sessionValidator.reachable = false;
    await capture('c4');
    expect(lines).toEqual([begins, ends, begins]);
    sessionValidator.reachable = true;
    await capture('c5');
    sessionValidator.reachable = false;
    await capture('c6');
    expect(lines).toEqual([begins, ends, begins, ends]);
    await gateway.clock.pass(60_000);
    await capture('c7');
    // the one that was not logged is counted
    const [level, line] = begins;
    expect(lines).toEqual([begins, ends, begins, ends, [level, `${line} (1 more since the last such line)`]]);
  });
});
