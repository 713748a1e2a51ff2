/**
 * Rejection of a port that stands for another program which cannot be reached. The gateway logs when that begins and when it
 * ends. Other errors of a port are logged as faults of the host's code.
 */
export class PeerUnreachable extends Error {
  /** @param why logged, so it must not contain what a client sent: an error code such as `ECONNREFUSED`, or fixed words */
  constructor(readonly why: string) {
    super(why);
  }
}
