import { SessionMessageDto } from './session-message.dto.js';
import { IsIdentifier, IsTimestamp } from './wire-types.js';

/** The body of `sessions.end`. */
export class EndSessionDto extends SessionMessageDto {
  @IsIdentifier()
  session_id!: string;

  @IsTimestamp()
  end_time!: string;
}
