export { SessionManagerModule } from './session-manager.module.js';
export { SessionRegistry } from './session-registry.js';
