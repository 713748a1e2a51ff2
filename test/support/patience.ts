/**
 * What tells a gateway in a process of its own to wait for everybody, and captures to go on, as long as a test does. Where
 * all that is shown is how processes meet, a busy machine that holds one of them up is not to end a capture; who is late is
 * shown with a clock that is moved by hand.
 */
export const PATIENT = {
  UPGRADE_TIMEOUT_MS: '60000',
  OPEN_TIMEOUT_MS: '60000',
  SESSION_TIMEOUT_MS: '60000',
  CLAIM_TIMEOUT_MS: '60000',
  STREAM_OPEN_TIMEOUT_MS: '60000',
  SILENCE_TIMEOUT_MS: '60000',
  FORWARD_GRACE_MS: '60000',
  FORWARD_TIMEOUT_MS: '60000',
  DRAIN_TIMEOUT_MS: '60000',
  MAX_DURATION_MS: '60000',
  MAX_FRAMES: '900',
  INGEST_GRACE_MS: '60000',
  SHUTDOWN_TIMEOUT_MS: '60000',
} as const;
