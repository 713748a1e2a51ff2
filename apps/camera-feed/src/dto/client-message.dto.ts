import { MODALITIES, type Modality } from '@a3cp/capture-protocol';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { IsIdentifier, IsSchemaVersion, IsText, IsTimestamp } from './wire-types.js';

/** What every text message has. PROTOCOL.md, "Common fields". */
export abstract class ClientMessageDto {
  @IsSchemaVersion()
  schema_version!: string;

  @IsUUID('loose', { message: '$property must be a UUID' })
  record_id!: string;

  @IsIdentifier()
  capture_id!: string;

  @IsTimestamp()
  timestamp!: Date;

  @IsOptional()
  @IsIn(MODALITIES, { message: `$property must be one of ${MODALITIES.join(', ')}` })
  modality?: Modality | null;

  @IsOptional()
  @IsText()
  source?: string | null;

  @IsOptional()
  @IsText()
  performer_id?: string | null;
}
