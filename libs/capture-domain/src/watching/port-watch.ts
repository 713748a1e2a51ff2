/** What the host's own code implements, by the names of the module's options. */
export type PortName =
  'landmarkForwarder' | 'sessionValidator' | 'captureClaims' | 'captureAuthorizer' | 'onSessionClosed';

/** Receives how each call of the host's own code ended, for the log. The class is also its injection token. */
export abstract class PortWatch {
  /** The call threw or rejected. */
  abstract failed(port: PortName, error: unknown): void;
  /** The call returned or resolved. */
  abstract answered(port: PortName): void;
}
