export { SessionManagerModule, type SessionManagerModuleOptions } from './session-manager.module.js';
export { SessionRegistry, type Session, type SessionStatus } from './session-registry.js';
export type { IssuedTicket } from './ticket-issuer.js';
