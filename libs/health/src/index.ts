export { HealthModule } from './health.module.js';
export { stopOnSignals } from './stop-on-signals.js';
