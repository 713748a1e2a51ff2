import { CAPTURE_ENCODING } from '@a3cp/capture-protocol';
import { Type } from 'class-transformer';
import { Equals, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { ClientMessageDto } from './client-message.dto.js';
import { IsIdentifier, IsPositiveInteger, IsText, IsTimestamp } from './wire-types.js';

const MAX_INTENT_CHARACTERS = 256;

/** What the caregiver says the gesture means. */
export class AnnotationDto {
  @IsText(MAX_INTENT_CHARACTERS)
  intent!: string;
}

/** PROTOCOL.md, "capture.open". */
export class CaptureOpenDto extends ClientMessageDto {
  @IsIdentifier()
  user_id!: string;

  @IsIdentifier()
  session_id!: string;

  @IsTimestamp()
  timestamp_start!: Date;

  @IsPositiveInteger()
  fps_target!: number;

  @IsPositiveInteger()
  width!: number;

  @IsPositiveInteger()
  height!: number;

  @Equals(CAPTURE_ENCODING, { message: `$property must be ${CAPTURE_ENCODING}` })
  encoding!: typeof CAPTURE_ENCODING;

  @IsOptional()
  @IsObject({ message: '$property must be an object' })
  @ValidateNested()
  @Type(() => AnnotationDto)
  annotation?: AnnotationDto | null;
}
