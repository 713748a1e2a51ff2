import { IsString } from 'class-validator';

/** The body of `sessions.validate`. A name that no session can have is answered with `invalid`, not refused. */
export class ValidateSessionDto {
  @IsString({ message: '$property must be a string' })
  user_id!: string;

  @IsString({ message: '$property must be a string' })
  session_id!: string;
}
