import { describe, expect, it } from '@jest/globals';
import { openEvent, PlayedCapture } from '../../../test/support/captures.js';
import {
  type CaptureEntry,
  type CaptureObserver,
  CaptureRepository,
  type ConnectionOrigin,
} from './capture.repository.js';
import { DEFAULT_CAPTURE_LIMITS as LIMITS } from './capture/limits.js';
import { idle } from './capture/state.js';

const OBSERVER: CaptureObserver = {
  notified: () => undefined,
  finished: () => undefined,
  ready: () => undefined,
  heard: () => false,
};
const ORIGIN: ConnectionOrigin = {
  grant: null,
  countOpen: () => 1,
  watch: { traceparent: null, stepped: () => undefined },
};
const CLOSED = { phase: 'closed' } as const;

const connected = (repository: CaptureRepository): CaptureEntry => repository.add(OBSERVER, ORIGIN, idle(0));

function asking(repository: CaptureRepository, capture_id: string, user_id = 'u1', session_id = 's1'): CaptureEntry {
  const entry = connected(repository);
  repository.store(entry, new PlayedCapture().tell(openEvent({ capture_id, user_id, session_id })).state);
  return entry;
}

function opened(repository: CaptureRepository, capture_id: string, user_id = 'u1', session_id = 's1'): CaptureEntry {
  const entry = asking(repository, capture_id, user_id, session_id);
  expect(repository.claim(entry, { capture_id, user_id, session_id }, LIMITS)).toBe('granted');
  return entry;
}

const load = (repository: CaptureRepository, capture_id: string, user_id = 'u1', session_id = 's1') =>
  repository.load(openEvent({ capture_id, user_id, session_id }).message);

/** What runs, when all of it is of one session. */
const running = (captures: number, capture_id_active = false) => ({
  capture_id_active,
  captures,
  captures_of_user: captures,
  captures_of_session: captures,
});

describe('given the captures of a process', () => {
  it('when connections are added, then each has a key of its own and is found by it', () => {
    const repository = new CaptureRepository();
    const [first, second] = [connected(repository), connected(repository)];
    expect(first.connection_key).not.toBe(second.connection_key);
    expect(repository.find(first.connection_key)).toBe(first);
    expect([...repository.all()]).toEqual([first, second]);
    expect(repository.find(-1)).toBeUndefined();
  });

  it('when a connection has no capture yet, then it counts for no load', () => {
    const repository = new CaptureRepository();
    connected(repository);
    expect(load(repository, 'c1')).toEqual(running(0));
  });

  it('when the session of an open is being asked for, then it counts for no load, and is found by its session', () => {
    const repository = new CaptureRepository();
    const entries = [asking(repository, 'c1'), asking(repository, 'c1'), asking(repository, 'c3')];
    expect(load(repository, 'c1')).toEqual(running(0));
    expect(repository.ofSession('u1', 's1')).toEqual(entries);
    expect(repository.ofSession('u1', 's2')).toEqual([]);
  });

  it.each([
    ['its capture_id is taken', { capture_id: 'c1', user_id: 'u9', session_id: 's9' }, 'protocol_violation'],
    ['its user', { capture_id: 'c9', user_id: 'u1', session_id: 's9' }, 'limit_concurrent_captures_exceeded'],
    [
      'the process has all it may',
      { capture_id: 'c9', user_id: 'u9', session_id: 's9' },
      'limit_concurrent_captures_exceeded',
    ],
  ])('when %s, then a claim is refused and takes nothing', (_what, claim, error_code) => {
    const repository = new CaptureRepository();
    for (const n of [1, 2, 3]) opened(repository, `c${n}`, 'u1', `s${n}`);
    const before = load(repository, 'c9');
    const limits = {
      ...LIMITS,
      max_concurrent_captures_per_user: 3,
      max_concurrent_captures: claim.user_id === 'u9' ? 3 : 9,
    };
    const entry = asking(repository, claim.capture_id, claim.user_id, claim.session_id);
    expect(repository.claim(entry, claim, claim.capture_id === 'c1' ? LIMITS : limits)).toMatchObject({ error_code });
    repository.store(entry, CLOSED);
    expect(load(repository, 'c9')).toEqual(before);
  });

  it('when captures are opened, then they count, each for its user', () => {
    const repository = new CaptureRepository();
    for (const id of ['c1', 'c2']) opened(repository, id);
    opened(repository, 'c3', 'u2');
    expect(load(repository, 'c1')).toEqual({ ...running(2, true), captures: 3 });
    expect(load(repository, 'c4', 'u3')).toEqual({ ...running(0), captures: 3 });
  });

  it('when captures are opened, then they count for their session, and for no session of that name of another user', () => {
    const repository = new CaptureRepository();
    opened(repository, 'c1');
    opened(repository, 'c2', 'u1', 's2');
    opened(repository, 'c3', 'u2');
    expect(load(repository, 'c4')).toMatchObject({ captures_of_user: 2, captures_of_session: 1 });
    expect(load(repository, 'c4', 'u1', 's2')).toMatchObject({ captures_of_user: 2, captures_of_session: 1 });
    expect(load(repository, 'c4', 'u2', 's2')).toMatchObject({ captures_of_user: 1, captures_of_session: 0 });
  });

  it('when a capture goes on, then it counts once', () => {
    const repository = new CaptureRepository();
    const entry = opened(repository, 'c1');
    repository.store(entry, PlayedCapture.active().state);
    repository.store(entry, PlayedCapture.opening().state);
    expect(load(repository, 'c1')).toEqual(running(1, true));
  });

  it('when a capture is closed, then it is forgotten, and only once', () => {
    const repository = new CaptureRepository();
    const [first] = [opened(repository, 'c1'), opened(repository, 'c2')];
    const expectForgotten = () => {
      expect(repository.find(first.connection_key)).toBeUndefined();
      expect(repository.size).toBe(1);
      expect(load(repository, 'c1')).toEqual(running(1));
    };
    repository.store(first, CLOSED);
    expectForgotten();
    repository.store(first, CLOSED);
    expectForgotten();
  });

  it('when an open was refused, then the capture it ran into stays', () => {
    const repository = new CaptureRepository();
    opened(repository, 'c1');
    repository.store(connected(repository), CLOSED);
    expect(load(repository, 'c1')).toEqual(running(1, true));
  });

  it('when frames are announced, taken and settled, then the bytes of all captures are known', () => {
    const repository = new CaptureRepository();
    const captures = [PlayedCapture.active(), PlayedCapture.active()] as const;
    const entries = [opened(repository, 'c1'), opened(repository, 'c2')] as const;
    const held = (): number => {
      for (const index of [0, 1] as const) repository.store(entries[index], captures[index].state);
      return repository.held_bytes;
    };
    expect(held()).toBe(0);
    captures[0].meta({ byte_length: 1_000 });
    expect(held()).toBe(1_000);
    captures[0].bytes();
    captures[1].frame(2_000).frame(3_000);
    expect(held()).toBe(6_000);
    captures[0].settle();
    captures[1].settle(2_000);
    expect(held()).toBe(3_000);
    captures[1].close();
    expect(held()).toBe(3_000);
    captures[1].settle(3_000);
    expect(held()).toBe(0);
  });

  it('when a capture is aborted, then what waited is held until the frame in flight is answered', () => {
    const repository = new CaptureRepository();
    const entry = opened(repository, 'c1');
    const capture = PlayedCapture.active().frame(1_000).frame(2_000).tell({ type: 'disconnected' });
    repository.store(entry, capture.state);
    expect(repository.held_bytes).toBe(3_000);
    repository.store(entry, capture.settle().state);
    expect(repository.held_bytes).toBe(0);
  });
});
