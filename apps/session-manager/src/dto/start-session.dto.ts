import { SessionMessageDto } from './session-message.dto.js';

/** The body of `sessions.start`. */
export class StartSessionDto extends SessionMessageDto {}
