import type { CaptureErrorCode } from '@a3cp/capture-protocol';
import type { CaptureLimits } from '../capture/limits.js';

/** A capture's claim: its `capture_id`, and one of the shares of its user and of its session. */
export interface CaptureClaim {
  readonly capture_id: string;
  readonly user_id: string;
  readonly session_id: string;
}

/** The claims of others at the moment of a claim. */
export interface ClaimLoad {
  readonly capture_id_active: boolean;
  readonly captures_of_user: number;
  readonly captures_of_session: number;
}

/** Why a claim is not granted, in our own words. */
export interface ClaimRefusal {
  readonly error_code: Extract<CaptureErrorCode, 'protocol_violation' | 'limit_concurrent_captures_exceeded'>;
  readonly reason: string;
}

/** The outcome of a claim. */
export type ClaimAnswer = 'granted' | ClaimRefusal;

/** The limits that hold for claims. */
export type ClaimLimits = Pick<
  CaptureLimits,
  'max_concurrent_captures_per_user' | 'max_concurrent_captures_per_session'
>;

/** The limit on all captures of one process. */
export type RoomLimits = Pick<CaptureLimits, 'max_concurrent_captures'>;

/**
 * The port for the claims of all processes of a gateway. A single process needs none: its own rules are the same.
 * docs/integration/several-gateways.md.
 */
export abstract class CaptureClaims {
  /**
   * Claims for a capture; rejects without an answer. `signal` is the capture's lifetime: when it aborts, the claim is released,
   * also one without an answer yet. The caller limits the wait.
   */
  abstract claim(claim: CaptureClaim, signal: AbortSignal): Promise<ClaimAnswer>;
}

/** Why the claim cannot be granted beside the existing ones; null if it can. PROTOCOL.md, "Limits". */
export function claimFault(load: ClaimLoad, limits: ClaimLimits): ClaimRefusal | null {
  return captureIdFault(load) ?? shareFault(load, limits);
}

/** Why the process has no room for another capture. */
export function roomFault(captures: number, { max_concurrent_captures }: RoomLimits): ClaimRefusal | null {
  return captures < max_concurrent_captures ? null : tooMany(`limit ${max_concurrent_captures}`);
}

/** Why the `capture_id` can't be claimed. */
export function captureIdFault({ capture_id_active }: ClaimLoad): ClaimRefusal | null {
  if (!capture_id_active) return null;
  return { error_code: 'protocol_violation', reason: 'capture_id is being captured already' };
}

/** Why user and session have no share left to claim. */
export function shareFault(load: ClaimLoad, limits: ClaimLimits): ClaimRefusal | null {
  const { max_concurrent_captures_per_user: of_user, max_concurrent_captures_per_session: of_session } = limits;
  if (load.captures_of_user >= of_user) return tooMany(`limit ${of_user} for one user`);
  if (load.captures_of_session >= of_session) return tooMany(`limit ${of_session} for one session`);
  return null;
}

function tooMany(reason: string): ClaimRefusal {
  return { error_code: 'limit_concurrent_captures_exceeded', reason };
}
