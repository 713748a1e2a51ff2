import type { CaptureLimits } from './limits.js';

/** When the session was asked for and is to be asked for again. docs/integration/sessions.md. */
export interface SessionWatch {
  /** A question is under way since then. */
  readonly asked_at: number | null;
  /** The next question is due then. */
  readonly ask_at: number;
  /** The first question in a row without an answer was asked then. */
  readonly unanswered_since: number | null;
}

/**
 * The watch of a session that was active at `now`. `jitter`, from 0 to below 1, moves the next question forward by up to half the
 * interval. So captures that began together ask at different times.
 */
export function watchSession(now: number, limits: CaptureLimits, jitter = 0): SessionWatch {
  const wait = limits.session_check_interval_ms * (1 - jitter / 2);
  return { asked_at: null, ask_at: now + wait, unanswered_since: null };
}

/** A question goes out. */
export function askedSession(watch: SessionWatch, now: number): SessionWatch {
  return { ...watch, asked_at: now };
}

/** The question got no answer: the next one is due a retry interval after it. */
export function missedSession(watch: SessionWatch, limits: CaptureLimits): SessionWatch {
  if (watch.asked_at === null) return watch;
  return {
    asked_at: null,
    ask_at: watch.asked_at + limits.session_retry_interval_ms,
    unanswered_since: watch.unanswered_since ?? watch.asked_at,
  };
}

/** Whether the question under way has waited too long for its answer. */
export function sessionAnswerOverdue(watch: SessionWatch, now: number, limits: CaptureLimits): boolean {
  return watch.asked_at !== null && now - watch.asked_at > limits.session_timeout_ms;
}

/** Whether session_manager has been silent for too long. */
export function sessionSilent(watch: SessionWatch, now: number, limits: CaptureLimits): boolean {
  return watch.unanswered_since !== null && now - watch.unanswered_since > limits.session_silence_ms;
}
