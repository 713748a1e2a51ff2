/** What the contract's documents are generated from; a platform does not need it. */
export { CLIENT_MESSAGE_DTOS } from './dto/client-messages.js';
export { SessionClosedDto } from './dto/session-closed.dto.js';
export { RULE_WITH_SCHEMA } from './dto/wire-types.js';
export { SESSIONS_CLOSED_PATH } from './sessions-closed/sessions-closed.route.js';
