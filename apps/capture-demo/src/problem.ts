import type { AbortedCapture, ExplainedCode, FailedCapture } from '@a3cp/capture-client';
import type { Catalogue } from './words/english.js';

/** What can go wrong on the page alone, beside what the client explains. */
type OwnCode = keyof Catalogue['own_problems'];

export type ProblemCode = ExplainedCode | OwnCode;

/** Something that went wrong. */
export interface Problem {
  /** `aborted` if the server ended the capture and said why, else `error`. */
  readonly kind: 'aborted' | 'error';
  /** What did not come about. */
  readonly of: keyof Catalogue['problems'];
  readonly code: ProblemCode;
  /** The code that the words belong to. */
  readonly explained_code: ProblemCode;
}

/** The problem that a code stands for. */
export function problemOf(of: Problem['of'], code: ProblemCode): Problem {
  return { kind: 'error', of, code, explained_code: code };
}

/** The problem that ended a capture. */
export function problemOfEnd(result: AbortedCapture | FailedCapture): Problem {
  const { kind, explained_code } = result;
  if (kind === 'aborted') return { kind, of: 'recording', code: result.error_code, explained_code };
  return { kind: 'error', of: 'recording', code: result.failure, explained_code };
}

/** What happened and what to do, for the person who holds the camera. */
export function explanationOf({ explained_code }: Problem, words: Catalogue): string {
  const { own_problems } = words;
  const isOwn = (code: ProblemCode): code is OwnCode => code in own_problems;
  return isOwn(explained_code) ? own_problems[explained_code] : words.explain(explained_code);
}
