export { HealthModule } from './health.module.js';
export { programLog } from './program-log.js';
export { stopOnSignals } from './stop-on-signals.js';
