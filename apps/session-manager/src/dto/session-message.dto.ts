import { IsOptional } from 'class-validator';
import { IsIdentifier, IsRecordId, IsSchemaVersion, IsText, IsTimestamp } from './wire-types.js';

/** What the start and the end of a session have in common. */
export abstract class SessionMessageDto {
  @IsSchemaVersion()
  schema_version!: string;

  @IsRecordId()
  record_id!: string;

  @IsIdentifier()
  user_id!: string;

  @IsTimestamp()
  timestamp!: string;

  @IsOptional()
  @IsText()
  performer_id?: string | null;
}
