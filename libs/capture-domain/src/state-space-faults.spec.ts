import { describe, expect, it } from '@jest/globals';
import { type Fault, faultyRules } from '../../../test/support/state-space/faulty-rules.js';
import { SEEDED_FAULTS, type SeededFault } from '../../../test/support/state-space/seeded-faults.js';
import { SMALL_LIMITS } from '../../../test/support/state-space/small-limits.js';
import { StateSpace } from '../../../test/support/state-space/state-space.js';
import { Violation } from '../../../test/support/state-space/violation.js';

/** Explores every order of events; returns the first Violation, if there is one. */
function violationOf(fault: Fault): Violation | null {
  try {
    new StateSpace(faultyRules(fault), SMALL_LIMITS);
    return null;
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
}

describe('given rules with a fault, the exploration reports the shortest sequence of events that shows it', () => {
  it.each(SEEDED_FAULTS)('$name', ({ reported, moves, ...fault }) => {
    const violation = violationOf(fault);
    expect([violation?.fault, violation?.moves]).toEqual([reported, moves]);
  });

  it('the message of the error lists it in words', () => {
    const [first] = SEEDED_FAULTS as [SeededFault];
    expect(violationOf(first)?.message.split('\n')).toEqual([
      'the forward buffer holds 3 frames',
      '1. the client sends capture.open',
      '2. session_manager answers "active"',
      '3. the claim is granted',
      '4. the extractor accepts the capture',
      '5. the client sends the meta of a small frame',
      '6. the client sends a small frame',
      '7. the client sends the meta of a small frame',
      '8. the client sends a small frame',
      '9. the client sends the meta of a small frame',
      '10. the client sends a small frame',
    ]);
  });
});
