import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Session, SessionRegistry } from './session-registry.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('SessionRegistry', () => {
  let registry: SessionRegistry;

  beforeEach(() => {
    registry = new SessionRegistry();
  });

  /** As many more sessions, each of a user of its own. */
  function fill(count: number): Session[] {
    return Array.from({ length: count }, (_, index) => registry.start(`filler ${index}`, null));
  }

  function statusOf({ user_id, session_id }: Session): string {
    return registry.validate(user_id, session_id);
  }

  describe('start', () => {
    it('given no session, then one begins and is active', () => {
      const session = registry.start('u1', 'p1');

      expect(session).toEqual({
        session_id: expect.stringMatching(UUID),
        user_id: 'u1',
        performer_id: 'p1',
        start_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
      expect(statusOf(session)).toBe('active');
    });

    it('given an active session, then it is that one, unchanged', () => {
      const session = registry.start('u1', 'p1');

      expect(registry.start('u1', 'p2')).toEqual(session);
    });

    it('given a closed session, then another one begins', () => {
      const first = registry.start('u1', null);
      registry.end('u1', first.session_id);

      const second = registry.start('u1', null);

      expect(second.session_id).not.toBe(first.session_id);
      expect([statusOf(first), statusOf(second)]).toEqual(['closed', 'active']);
    });

    it('given another user with a session, then it is not shared', () => {
      expect(registry.start('u1', null).session_id).not.toBe(registry.start('u2', null).session_id);
    });
  });

  describe('end', () => {
    it("given the user's active session, then it is closed", () => {
      const session = registry.start('u1', 'p1');

      expect(registry.end('u1', session.session_id)).toEqual(session);
      expect(statusOf(session)).toBe('closed');
    });

    it('given no such session, then it is unknown and nothing changes', () => {
      const session = registry.start('u1', null);

      expect(registry.end('u1', 'none')).toBe('unknown');
      expect(registry.start('u1', null)).toEqual(session);
    });

    it("given another user's session, then it goes on", () => {
      const session = registry.start('u1', null);
      const other = registry.start('u2', null);

      expect(registry.end('u2', session.session_id)).toBe('of_another_user');
      expect([statusOf(session), statusOf(other)]).toEqual(['active', 'active']);
    });

    it("given a closed session, then the user's new one goes on", () => {
      const first = registry.start('u1', null);
      registry.end('u1', first.session_id);
      const second = registry.start('u1', null);

      expect(registry.end('u1', first.session_id)).toBe('already_closed');
      expect(statusOf(second)).toBe('active');
    });
  });

  describe('validate', () => {
    it("given another user's session, then it is invalid, also once it is closed", () => {
      const { session_id } = registry.start('u1', null);
      expect(registry.validate('u2', session_id)).toBe('invalid');

      registry.end('u1', session_id);
      expect(registry.validate('u2', session_id)).toBe('invalid');
    });

    it.each(['none', '', '__proto__'])('given a session %j that never was, then it is invalid', (session_id) => {
      expect(registry.validate('u1', session_id)).toBe('invalid');
    });
  });

  describe('with 10,000 sessions', () => {
    it('given fewer than that, then the next forgets none', () => {
      const first = registry.start('u1', null);
      fill(9_998);

      registry.start('u2', null);

      expect(statusOf(first)).toBe('active');
    });

    it('given closed ones, then the next forgets the one that was closed first', () => {
      const [started_first, closed_second, closed_first] = fill(10_000) as [Session, Session, Session];
      registry.end(closed_first.user_id, closed_first.session_id);
      registry.end(closed_second.user_id, closed_second.session_id);

      registry.start('u1', null);

      expect([closed_first, closed_second, started_first].map(statusOf)).toEqual(['invalid', 'closed', 'active']);
    });

    it('given active ones only, then the next forgets the one that was started first', () => {
      const [first, second] = fill(10_000) as [Session, Session];

      const next = registry.start('u1', null);

      expect([first, second, next].map(statusOf)).toEqual(['invalid', 'active', 'active']);
    });

    it('given a user whose closed session is forgotten, then the active one of the same user stays', () => {
      const closed = registry.start('u1', null);
      registry.end('u1', closed.session_id);
      const active = registry.start('u1', null);
      fill(9_998);

      registry.start('u2', null);

      expect([statusOf(closed), statusOf(active)]).toEqual(['invalid', 'active']);
      expect(registry.start('u1', null)).toEqual(active);
    });

    it('given a user whose active session is forgotten, then that user can start another', () => {
      const [first] = fill(10_000) as [Session];
      registry.start('u1', null);

      const again = registry.start(first.user_id, null);

      expect(again.session_id).not.toBe(first.session_id);
      expect(statusOf(again)).toBe('active');
    });
  });
});
