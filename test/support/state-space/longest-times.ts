import type { Move } from './move.js';
import { SILENT_TICKS, TICKS, TIME_PASSES } from './moves.js';
import type { StateSpace } from './state-space.js';

/** A state that can follow another, and the milliseconds until then. */
interface Successor {
  readonly to: number;
  readonly ms: number;
}

/** Says what can follow each state. */
export type Successors = (state: number) => readonly Successor[];

/** What follows a state if only the clock ticks, once in a millisecond. */
export function inSilence(space: StateSpace): Successors {
  return (state) => afterTick(space, state, SILENT_TICKS);
}

/** What follows a state if anything can happen, and the clock ticks once in a millisecond. */
export function whateverHappens(space: StateSpace): Successors {
  return (state) => {
    const at_once = space.edgesOf(state).filter(({ move, to }) => move !== TIME_PASSES && to !== state);
    return [...at_once.map(({ to }) => ({ to, ms: 0 })), ...afterTick(space, state, TICKS)];
  };
}

function afterTick(space: StateSpace, state: number, ticks: readonly Move[]): readonly Successor[] {
  return space
    .edgesOf(state)
    .filter(({ move }) => move === TIME_PASSES)
    .flatMap(({ to }) => space.edgesOf(to))
    .filter(({ move }) => ticks.includes(move))
    .map(({ to }) => ({ to, ms: 1 }));
}

/** For each of `size` states the longest time until nothing follows, in milliseconds; Infinity if that need never be. */
export function longestTimes(size: number, successorsOf: Successors): readonly number[] {
  const times: number[] = [];
  const open = new Set<number>();
  const visit = (state: number): Visit => {
    open.add(state);
    return { state, successors: successorsOf(state), next: 0, ms: 0 };
  };
  for (let state = 0; state < size; state++) {
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
