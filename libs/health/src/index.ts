export { CONNECTIONS, type Connections } from './health.controller.js';
export { HealthModule } from './health.module.js';
export { programLog } from './program-log.js';
export { stopOnSignals } from './stop-on-signals.js';
