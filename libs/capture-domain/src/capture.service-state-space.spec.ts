import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { connected } from '../../../test/support/state-space/model-state.js';
import type { Move } from '../../../test/support/state-space/move.js';
import { LATE_ACKNOWLEDGEMENT, MOVES, TICKS, TIME_PASSES } from '../../../test/support/state-space/moves.js';
import { PlayedService, type Seen } from '../../../test/support/state-space/played-service.js';
import { RULES } from '../../../test/support/state-space/rules.js';
import { ONE_FRAME_LIMITS, SMALL_LIMITS } from '../../../test/support/state-space/small-limits.js';
import { StateKeys } from '../../../test/support/state-space/state-key.js';
import { StateSpace } from '../../../test/support/state-space/state-space.js';
import { step } from '../../../test/support/state-space/step.js';
import type { CaptureLimits } from './capture/limits.js';

/** What the service decides on its own, or needs other captures for. */
const NOT_PLAYED = ['the server shuts down', 'the client sends an open with an active capture_id'];

const PLAYED = MOVES.filter(
  (move) => !move.is_crowded && move !== LATE_ACKNOWLEDGEMENT && !NOT_PLAYED.includes(move.words),
);
const PLAYED_AT_ONCE = PLAYED.filter((move) => move !== TIME_PASSES && !TICKS.includes(move));

/** The model and the service after the same moves. */
class Comparison {
  readonly #keys: StateKeys;
  readonly #service: PlayedService;
  #model = connected(RULES);

  constructor(private readonly limits: CaptureLimits) {
    this.#keys = new StateKeys(limits);
    this.#service = new PlayedService(limits);
  }

  /** Follows a path, with a turn of the event loop for each move. */
  async follow(path: readonly Move[]): Promise<void> {
    for (const move of path) {
      await this.#service.play([move], this.#model);
      this.#model = step(this.#model, move, RULES, this.limits);
    }
  }

  /** What the service shows after moves that are made in one turn. */
  async play(...moves: readonly Move[]): Promise<string> {
    await this.#service.play(moves, this.#model);
    return this.#words(this.#service.seen);
  }

  /** What the model shows after the moves, without a move that the one before it has made impossible. */
  expected(...moves: readonly Move[]): string {
    const state = moves.reduce((before, move) => {
      const is_possible = move.isPossible(before, RULES.acceptsInput(before.capture));
      return is_possible ? step(before, move, RULES, this.limits) : before;
    }, this.#model);
    return this.#words({
      capture: state.capture,
      held_bytes: RULES.heldBytes(state.capture),
      verdicts: state.verdict === null ? 0 : 1,
      questions: state.questions,
      forwarded: state.forwarded,
      ends: state.end === 'none' ? 0 : 1,
    });
  }

  #words({ capture, ...seen }: Seen): string {
    const key = this.#keys.keyOf({ ...this.#model, capture }).capture;
    return JSON.stringify({ phase: capture.phase, key, ...seen });
  }
}

/** A difference between the service and the model, as a failure shows it. */
interface Difference {
  readonly moves: readonly string[];
  readonly seen: string;
  readonly expected: readonly string[];
}

/** Plays a path and then the moves in one turn; returns how the service differs from the model after them in any order. */
async function differences(
  path: readonly Move[],
  moves: readonly Move[],
  limits: CaptureLimits,
): Promise<readonly Difference[]> {
  const compared = new Comparison(limits);
  await compared.follow(path);
  const seen = await compared.play(...moves);
  const expected = [compared.expected(...moves), compared.expected(...moves.toReversed())];
  if (expected.includes(seen)) return [];
  return [{ moves: [...path, ...moves].map(({ words }) => words), seen, expected }];
}

describe('given the moves of the model, CaptureService and ForwardQueue do what it does', () => {
  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('for every move in every state without time', async () => {
    const found: Difference[] = [];
    const space = new StateSpace(RULES, SMALL_LIMITS, PLAYED_AT_ONCE);
    for (let state = 0; state < space.size; state++) {
      const path = space.pathTo(state);
      for (const { move } of space.edgesOf(state)) found.push(...(await differences(path, [move], SMALL_LIMITS)));
    }
    expect(found.slice(0, 1)).toEqual([]);
  });

  it('on the path to every state with time', async () => {
    const found: Difference[] = [];
    const space = new StateSpace(RULES, ONE_FRAME_LIMITS, PLAYED);
    for (let state = 0; state < space.size; state++) {
      found.push(...(await differences(space.pathTo(state), [], ONE_FRAME_LIMITS)));
    }
    expect(found.slice(0, 1)).toEqual([]);
  });

  it('for every two ports that settle in the same turn, in one of both orders', async () => {
    const limits = { ...SMALL_LIMITS, max_frames: 2 };
    const valid = PLAYED_AT_ONCE.filter(({ is_invalid }) => !is_invalid);
    const found: Difference[] = [];
    const space = new StateSpace(RULES, limits, valid);
    for (let state = 0; state < space.size; state++) {
      const path = space.pathTo(state);
      const settling = space.edgesOf(state).flatMap(({ move }) => (move.settles ? [move] : []));
      const pairs = settling.flatMap((first) => settling.map((second) => [first, second] as const));
      for (const pair of pairs.filter(([first, second]) => first.settles !== second.settles)) {
        found.push(...(await differences(path, pair, limits)));
      }
    }
    expect(found.slice(0, 1)).toEqual([]);
  });
});
