import { IsOptional } from 'class-validator';
import { ClientMessageDto } from './client-message.dto.js';
import { IsAbsent, IsIdentifier } from './wire-types.js';

/** What the messages after the open have: they may repeat the identity, and must not annotate. PROTOCOL.md, "Common fields". */
export abstract class RunningCaptureMessageDto extends ClientMessageDto {
  @IsOptional()
  @IsIdentifier()
  user_id?: string | null;

  @IsOptional()
  @IsIdentifier()
  session_id?: string | null;

  @IsAbsent()
  annotation?: null;
}
