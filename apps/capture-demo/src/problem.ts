import { type AbortedCapture, type ExplainedCode, explain, type FailedCapture } from '@a3cp/capture-client';

/** What can go wrong on the page alone, beside what the client explains. */
export type PageCode =
  /** session_manager does not take the person's name. */
  | 'name_refused'
  /** A fault of the page itself. */
  | 'page_failed';

/** Something that went wrong, in words for the person who holds the camera. */
export interface Problem {
  /** `aborted` if the server ended the capture and said why, else `error`. */
  readonly kind: 'aborted' | 'error';
  readonly code: ExplainedCode | PageCode;
  readonly explanation: string;
}

const PAGE_EXPLANATIONS: Readonly<Record<PageCode, string>> = {
  name_refused: 'The server cannot use this name. Please choose another one, with at most 128 letters or digits.',
  page_failed: 'This page made a mistake. Please load it again; if it comes back, tell support.',
};

/** The problem that a code stands for. */
export function problemOf(code: Problem['code'], kind: Problem['kind'] = 'error'): Problem {
  return { kind, code, explanation: isPageCode(code) ? PAGE_EXPLANATIONS[code] : explain(code).explanation };
}

/** The problem that ended a capture, in the words that its result has for it. */
export function problemOfEnd(result: AbortedCapture | FailedCapture): Problem {
  const { explanation } = result;
  if (result.kind === 'aborted') return { kind: 'aborted', code: result.error_code, explanation };
  return { kind: 'error', code: result.failure, explanation };
}

function isPageCode(code: Problem['code']): code is PageCode {
  return code in PAGE_EXPLANATIONS;
}
