import { IsOptional } from 'class-validator';
import { IsIdentifier } from './wire-types.js';

/** The body of `sessions.ticket`. */
export class IssueTicketDto {
  @IsIdentifier()
  user_id!: string;

  @IsIdentifier()
  session_id!: string;

  @IsOptional()
  @IsIdentifier()
  capture_id?: string | null;
}
