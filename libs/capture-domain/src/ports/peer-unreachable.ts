/**
 * Rejection of a port whose program cannot be reached. The gateway logs when this begins and ends. It logs other errors of a port
 * as faults of the host's code.
 */
export class PeerUnreachable extends Error {
  /** @param why logged, so it must not contain what a client sent: an error code such as `ECONNREFUSED`, or fixed words */
  constructor(readonly why: string) {
    super(why);
  }
}
