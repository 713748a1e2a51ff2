export { HealthModule, type PeersFactory } from './health.module.js';
export { programLog } from './program-log.js';
export { type Environment, readVariables } from './read-variables.js';
export { stopOnSignals } from './stop-on-signals.js';
