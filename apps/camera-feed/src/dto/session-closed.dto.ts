import { IsIdentifier } from './wire-types.js';

/** The body of `sessions.closed`. docs/integration/sessions.md, "The end of a session". */
export class SessionClosedDto {
  @IsIdentifier()
  user_id!: string;

  @IsIdentifier()
  session_id!: string;
}
