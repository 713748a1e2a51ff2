import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CaptureClaim } from '../ports/capture-claims.js';
import { DEFAULT_CAPTURE_LIMITS } from '../capture/limits.js';
import { ClaimLedger } from './claim-ledger.js';

const claim = (capture_id: string, user_id = 'u1', session_id = 's1'): CaptureClaim => ({
  capture_id,
  user_id,
  session_id,
});

/** Nothing but the defaults: 4 captures for a user, 2 for a session. */
function ledgerWith(...claims: [owner: string, CaptureClaim][]) {
  const ledger = new ClaimLedger<string>();
  const ask = (owner: string, what: CaptureClaim) => ledger.claim(owner, what, DEFAULT_CAPTURE_LIMITS);
  for (const [owner, what] of claims) expect(ask(owner, what)).toBe('granted');
  return { ledger, ask };
}

describe('given the claims of several processes', () => {
  it('when a capture_id is claimed that another has, then it is refused until that one lets it go', () => {
    const { ledger, ask } = ledgerWith(['w1', claim('c1')]);
    const refusal = { error_code: 'protocol_violation', reason: 'capture_id is being captured already' };
    expect(ask('w2', claim('c1', 'u2'))).toEqual(refusal);
    ledger.release('w2', 'c1');
    expect(ask('w2', claim('c1', 'u2'))).toEqual(refusal);
    ledger.release('w1', 'c1');
    expect(ask('w2', claim('c1', 'u2'))).toBe('granted');
  });

  it('when a user has as many as one may have, of whichever processes, then one more is refused', () => {
    const { ledger, ask } = ledgerWith(
      ['w1', claim('c1', 'u1', 's1')],
      ['w2', claim('c2', 'u1', 's1')],
      ['w1', claim('c3', 'u1', 's2')],
      ['w2', claim('c4', 'u1', 's2')],
    );
    const error_code = 'limit_concurrent_captures_exceeded';
    expect(ask('w1', claim('c5', 'u1', 's3'))).toEqual({ error_code, reason: 'limit 4 for one user' });
    expect(ask('w1', claim('c5', 'u2', 's3'))).toBe('granted');
    ledger.release('w2', 'c2');
    expect(ask('w1', claim('c6', 'u1', 's3'))).toBe('granted');
  });

  it('when a session has as many as it may have, then one more is refused, and none of that name of another user', () => {
    const { ask } = ledgerWith(['w1', claim('c1')], ['w2', claim('c2')]);
    const error_code = 'limit_concurrent_captures_exceeded';
    expect(ask('w3', claim('c3'))).toEqual({ error_code, reason: 'limit 2 for one session' });
    expect(ask('w3', claim('c3', 'u2'))).toBe('granted');
  });

  it('when an owner claims what it has, then it has it once', () => {
    const { ledger, ask } = ledgerWith(['w1', claim('c1')], ['w1', claim('c1')]);
    expect(ledger.load(claim('c2'))).toEqual({
      capture_id_active: false,
      captures_of_user: 1,
      captures_of_session: 1,
    });
    ledger.release('w1', 'c1');
    expect(ask('w2', claim('c1'))).toBe('granted');
  });

  it('when an owner is gone, then its claims are let go, and no others', () => {
    const { ledger, ask } = ledgerWith(['w1', claim('c1')], ['w2', claim('c2')]);
    ledger.releaseAll('w1');
    expect(ledger.size).toBe(1);
    expect(ask('w2', claim('c1'))).toBe('granted');
    expect(ask('w1', claim('c2'))).toMatchObject({ error_code: 'protocol_violation' });
  });

  it('when an owner says what it has, then it has that and nothing else, and nothing of another', () => {
    const { ledger, ask } = ledgerWith(['w1', claim('c1')], ['w1', claim('c2')], ['w2', claim('c3', 'u2')]);
    ledger.replace('w1', [claim('c2'), claim('c3'), claim('c4'), claim('c5')]);
    expect(ledger.size).toBe(4);
    expect(ask('w2', claim('c1', 'u2'))).toBe('granted');
    for (const other of ['c2', 'c4', 'c5']) {
      expect(ask('w2', claim(other, 'u3'))).toMatchObject({ error_code: 'protocol_violation' });
    }
    // also if that is too many
    expect(ledger.load(claim('c6'))).toMatchObject({ captures_of_user: 3, captures_of_session: 3 });
    ledger.release('w2', 'c3');
    expect(ask('w3', claim('c3', 'u3'))).toBe('granted');
    ledger.replace('w1', []);
    expect(ledger.load(claim('c6'))).toMatchObject({ captures_of_user: 0 });
  });

  it('whatever is claimed and let go, then it counts what there is, and nothing is left of what is gone', () => {
    const step = fc.record({
      act: fc.constantFrom('claim', 'release', 'die'),
      owner: fc.constantFrom('w1', 'w2', 'w3'),
      what: fc.record({
        capture_id: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6'),
        user_id: fc.constantFrom('u1', 'u2'),
        session_id: fc.constantFrom('s1', 's2', 's3'),
      }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ledger = new ClaimLedger<string>();
        let held: (CaptureClaim & { owner: string })[] = [];
        for (const { act, owner, what } of steps) {
          if (act === 'release') {
            ledger.release(owner, what.capture_id);
            held = held.filter((other) => other.owner !== owner || other.capture_id !== what.capture_id);
          } else if (act === 'die') {
            ledger.releaseAll(owner);
            held = held.filter((other) => other.owner !== owner);
          } else if (ledger.claim(owner, what, DEFAULT_CAPTURE_LIMITS) === 'granted') {
            if (!held.some(({ capture_id }) => capture_id === what.capture_id)) held.push({ ...what, owner });
          }
          const of_user = held.filter(({ user_id }) => user_id === what.user_id);
          const of_session = of_user.filter(({ session_id }) => session_id === what.session_id);
          expect(ledger.size).toBe(held.length);
          expect(ledger.load(what)).toEqual({
            capture_id_active: held.some(({ capture_id }) => capture_id === what.capture_id),
            captures_of_user: of_user.length,
            captures_of_session: of_session.length,
          });
          expect(of_user.length).toBeLessThanOrEqual(4);
          expect(of_session.length).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});
