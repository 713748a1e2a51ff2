import { describe, expect, it } from '@jest/globals';
import { openEvent, PlayedCapture } from '../../../test/support/captures.js';
import { type CaptureEntry, type CaptureObserver, CaptureRepository } from './capture.repository.js';
import { idle } from './capture-state.js';

const OBSERVER: CaptureObserver = { notified: () => undefined, finished: () => undefined, ready: () => undefined };
const CLOSED = { phase: 'closed' } as const;

function opened(repository: CaptureRepository, capture_id: string, user_id = 'u1'): CaptureEntry {
  const entry = repository.add(OBSERVER, idle(0));
  repository.store(entry, new PlayedCapture().tell(openEvent({ capture_id, user_id })).state);
  return entry;
}

const load = (repository: CaptureRepository, capture_id: string, user_id = 'u1') =>
  repository.load(openEvent({ capture_id, user_id }).message);

describe('given the captures of a process', () => {
  it('when connections are added, then each has a key of its own and is found by it', () => {
    const repository = new CaptureRepository();
    const [first, second] = [repository.add(OBSERVER, idle(0)), repository.add(OBSERVER, idle(0))];
    expect(first.connection_key).not.toBe(second.connection_key);
    expect(repository.find(first.connection_key)).toBe(first);
    expect([...repository.all()]).toEqual([first, second]);
    expect(repository.find(-1)).toBeUndefined();
  });

  it('when a connection has no capture yet, then it counts for no load', () => {
    const repository = new CaptureRepository();
    repository.add(OBSERVER, idle(0));
    expect(load(repository, 'c1')).toEqual({ capture_id_active: false, captures: 0, captures_of_user: 0 });
  });

  it('when captures are opened, then they count, each for its user', () => {
    const repository = new CaptureRepository();
    for (const id of ['c1', 'c2']) opened(repository, id);
    opened(repository, 'c3', 'u2');
    expect(load(repository, 'c1')).toEqual({ capture_id_active: true, captures: 3, captures_of_user: 2 });
    expect(load(repository, 'c4', 'u3')).toEqual({ capture_id_active: false, captures: 3, captures_of_user: 0 });
  });

  it('when a capture goes on, then it counts once', () => {
    const repository = new CaptureRepository();
    const entry = opened(repository, 'c1');
    repository.store(entry, PlayedCapture.active().state);
    repository.store(entry, PlayedCapture.opening().state);
    expect(load(repository, 'c1')).toMatchObject({ captures: 1, captures_of_user: 1 });
  });

  it('when a capture is closed, then it is forgotten, and only once', () => {
    const repository = new CaptureRepository();
    const [first] = [opened(repository, 'c1'), opened(repository, 'c2')];
    const expectForgotten = () => {
      expect(repository.find(first.connection_key)).toBeUndefined();
      expect(repository.size).toBe(1);
      expect(load(repository, 'c1')).toEqual({ capture_id_active: false, captures: 1, captures_of_user: 1 });
    };
    repository.store(first, CLOSED);
    expectForgotten();
    repository.store(first, CLOSED);
    expectForgotten();
  });

  it('when an open was refused, then the capture it ran into stays', () => {
    const repository = new CaptureRepository();
    opened(repository, 'c1');
    repository.store(repository.add(OBSERVER, idle(0)), CLOSED);
    expect(load(repository, 'c1')).toEqual({ capture_id_active: true, captures: 1, captures_of_user: 1 });
  });
});
