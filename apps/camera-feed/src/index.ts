export type { AdmissionPolicy } from './admission/admission-policy.js';
export { CaptureAuthorizer } from './admission/capture-authorizer.js';
export { TicketAuthorizer, type TicketKey } from './admission/ticket-authorizer.js';
export { CameraFeedModule } from './camera-feed.module.js';
export type { CameraFeedModuleOptions } from './camera-feed.module-definition.js';
export { CloseCode } from './close-code.js';
export { HttpSessionValidator, type HttpSessionValidatorOptions } from '@a3cp/session-clients';
export { CLIENT_MESSAGE_DTOS } from './dto/client-messages.js';
export { RULE_WITH_SCHEMA } from './dto/wire-types.js';
