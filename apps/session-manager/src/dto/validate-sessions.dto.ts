import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';
import { ValidateSessionDto } from './validate-session.dto.js';

/** Sessions of one batch. docs/integration/sessions.md, "Many at once". */
const MAX_BATCH = 100;

/** The body of `sessions.validate_batch`. */
export class ValidateSessionsDto {
  @IsArray({ message: '$property must be a list' })
  @ArrayMaxSize(MAX_BATCH, { message: `$property must be at most ${MAX_BATCH}` })
  @ValidateNested({ each: true, message: '$property must be objects' })
  @Type(() => ValidateSessionDto)
  sessions!: ValidateSessionDto[];
}
