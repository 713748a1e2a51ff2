export type { ForwardItem } from './forward-item.js';
export { LandmarkForwarder, type LandmarkStream, type StreamEnd, type StreamOpen } from './landmark-forwarder.js';
export { SessionValidator, type SessionStatus } from './session-validator.js';
