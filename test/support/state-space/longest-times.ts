import type { Move } from './move.js';
import { SILENT_TICKS, TICKS, TIME_PASSES } from './moves.js';
import type { StateSpace } from './state-space.js';
import { Violation } from './violation.js';

/** A state that can follow another, and the milliseconds until then. */
interface Successor {
  readonly to: number;
  readonly ms: number;
}

/** Says what can follow the states of a space. */
export type Successors = (space: StateSpace) => (state: number) => readonly Successor[];

/** What follows a state if only the clock ticks, once in a millisecond. */
export const inSilence: Successors = (space) => (state) => afterTick(space, state, SILENT_TICKS);

/** What follows a state if anything can happen, and the clock ticks once in a millisecond. */
export const whateverHappens: Successors = (space) => (state) => {
  const at_once = space.edgesOf(state).filter(({ move, to }) => move !== TIME_PASSES && to !== state);
  return [...at_once.map(({ to }) => ({ to, ms: 0 })), ...afterTick(space, state, TICKS)];
};

function afterTick(space: StateSpace, state: number, ticks: readonly Move[]): readonly Successor[] {
  return space
    .edgesOf(state)
    .filter(({ move }) => move === TIME_PASSES)
    .flatMap(({ to }) => space.edgesOf(to))
    .filter(({ move }) => ticks.includes(move))
    .map(({ to }) => ({ to, ms: 1 }));
}

/** For each state the longest time until it is closed, in milliseconds; Infinity if it need never be. */
export function longestTimes(space: StateSpace, successors: Successors): readonly number[] {
  const successorsOf = successors(space);
  const times: number[] = [];
  const open = new Set<number>();
  const visit = (state: number): Visit => {
    open.add(state);
    return { state, successors: successorsOf(state), next: 0, ms: 0 };
  };
  for (let state = 0; state < space.size; state++) {
    // depth first, with a stack of its own: a path has more states than a call stack has room for
    const stack = times[state] === undefined ? [visit(state)] : [];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const successor = top.successors[top.next];
      if (successor === undefined) {
        times[top.state] = top.ms;
        open.delete(top.state);
        stack.pop();
        continue;
      }
      const time = open.has(successor.to) ? Infinity : times[successor.to];
      if (time === undefined) {
        stack.push(visit(successor.to));
        continue;
      }
      if (successor.ms + time > top.ms) top.ms = successor.ms + time;
      top.next += 1;
    }
  }
  return times;
}

interface Visit {
  readonly state: number;
  readonly successors: readonly Successor[];
  next: number;
  ms: number;
}

/** Throws a Violation for the first state that need never be closed. */
export function checkEnds(space: StateSpace, times: readonly number[]): void {
  const endless = times.indexOf(Infinity);
  if (endless >= 0) throw new Violation('the capture never ends', space.pathTo(endless));
}
