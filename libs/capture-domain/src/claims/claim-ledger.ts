import {
  type CaptureClaim,
  type ClaimAnswer,
  claimFault,
  type ClaimLimits,
  type ClaimLoad,
} from '../ports/capture-claims.js';
import { Tally } from './tally.js';

/**
 * Keeps claims in memory, for one process or for many. The claims of an owner end with it: an owner is a connection of a process,
 * or a process of a gateway.
 */
export class ClaimLedger<Owner> {
  readonly #claims = new Map<string, { readonly owner: Owner; readonly claim: CaptureClaim }>();
  readonly #of_user = new Tally();
  readonly #of_session = new Tally();

  /** Claims there are. */
  get size(): number {
    return this.#claims.size;
  }

  /** What there is beside a claim that is about to be made. */
  load(claim: CaptureClaim): ClaimLoad {
    return {
      capture_id_active: this.#claims.has(claim.capture_id),
      captures_of_user: this.#of_user.of(claim.user_id),
      captures_of_session: this.#of_session.of(sessionKey(claim)),
    };
  }

  /** Grants the claim, or says why not. What its owner has already is granted again, and counts once. */
  claim(owner: Owner, claim: CaptureClaim, limits: ClaimLimits): ClaimAnswer {
    if (this.#claims.get(claim.capture_id)?.owner === owner) return 'granted';
    const fault = claimFault(this.load(claim), limits);
    if (fault !== null) return fault;
    this.add(owner, claim);
    return 'granted';
  }

  /** Enters a claim that was decided elsewhere; its `capture_id` must be free. */
  add(owner: Owner, { capture_id, user_id, session_id }: CaptureClaim): void {
    const claim = { capture_id, user_id, session_id };
    this.#claims.set(capture_id, { owner, claim });
    this.#of_user.add(user_id);
    this.#of_session.add(sessionKey(claim));
  }

  /** Releases a claim of the owner; ignores a claim of another owner. */
  release(owner: Owner, capture_id: string): void {
    const entry = this.#claims.get(capture_id);
    if (entry?.owner !== owner) return;
    this.#claims.delete(capture_id);
    this.#of_user.remove(entry.claim.user_id);
    this.#of_session.remove(sessionKey(entry.claim));
  }

  /** What an owner says it has is all that it has; but what another has by now stays that one's. */
  replace(owner: Owner, claims: readonly CaptureClaim[]): void {
    const kept = new Set(claims.map(({ capture_id }) => capture_id));
    for (const capture_id of this.#claims.keys()) if (!kept.has(capture_id)) this.release(owner, capture_id);
    for (const claim of claims) if (!this.#claims.has(claim.capture_id)) this.add(owner, claim);
  }

  /** Releases all claims of the owner, which is gone. */
  releaseAll(owner: Owner): void {
    for (const capture_id of this.#claims.keys()) this.release(owner, capture_id);
  }
}

/** Contains the user, so that a client cannot use up the quota of another user's session. No identifier has a line break. */
function sessionKey({ user_id, session_id }: CaptureClaim): string {
  return `${user_id}\n${session_id}`;
}
