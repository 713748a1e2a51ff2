/** What the host's own code implements, by the names of the module's options. */
export type PortName =
  'landmarkForwarder' | 'sessionValidator' | 'captureClaims' | 'captureAuthorizer' | 'onSessionClosed';

/** Hears how each call of the host's own code ended, so that an operator can be told; the class is also its injection token. */
export abstract class PortWatch {
  /** The call threw or rejected. */
  abstract failed(port: PortName, error: unknown): void;
  /** The call returned or resolved. */
  abstract answered(port: PortName): void;
}
