import { JsonBodyPipe } from '@a3cp/service';
import { NatsSessionEnds } from '@a3cp/landmark-forwarders/nats';
import {
  Body,
  ConflictException,
  Controller,
  ForbiddenException,
  HttpCode,
  HttpStatus,
  NotFoundException,
  NotImplementedException,
  Optional,
  Post,
  UsePipes,
} from '@nestjs/common';
import { EndSessionDto } from './dto/end-session.dto.js';
import { IssueTicketDto } from './dto/issue-ticket.dto.js';
import { StartSessionDto } from './dto/start-session.dto.js';
import { ValidateSessionDto } from './dto/validate-session.dto.js';
import { ValidateSessionsDto } from './dto/validate-sessions.dto.js';
import { SessionEndNotifier } from './session-end-notifier.js';
import { type Session, SessionRegistry, type SessionStatus } from './session-registry.js';
import { type IssuedTicket, TicketIssuer } from './ticket-issuer.js';

/** The routes of session_manager. */
@Controller('session_manager')
@UsePipes(JsonBodyPipe)
export class SessionManagerController {
  constructor(
    private readonly sessions: SessionRegistry,
    @Optional() private readonly tickets?: TicketIssuer,
    @Optional() private readonly notifier?: SessionEndNotifier,
    @Optional() private readonly gateways?: NatsSessionEnds,
  ) {}

  /** 200 with the user's active session, the same one for as long as it is active. */
  @Post('sessions.start')
  @HttpCode(HttpStatus.OK)
  start(@Body() { user_id, performer_id }: StartSessionDto): Session {
    return this.sessions.start(user_id, performer_id ?? null);
  }

  /** 200 with the session that ended; 404 unknown, 403 another user's, 409 already closed. */
  @Post('sessions.end')
  @HttpCode(HttpStatus.OK)
  end(@Body() { user_id, session_id, end_time }: EndSessionDto): Session & { end_time: string } {
    const ended = this.sessions.end(user_id, session_id);
    switch (ended) {
      case 'unknown':
        throw new NotFoundException('session_id is not known');
      case 'of_another_user':
        throw new ForbiddenException('session_id is of another user');
      case 'already_closed':
        throw new ConflictException('session_id is already closed');
      default:
        void this.notifier?.ended(user_id, session_id);
        this.gateways?.ended({ user_id, session_id });
        return { ...ended, end_time };
    }
  }

  /** 200 with what the session is to the user. docs/integration/sessions.md. */
  @Post('sessions.validate')
  @HttpCode(HttpStatus.OK)
  validate(@Body() { user_id, session_id }: ValidateSessionDto): { status: SessionStatus } {
    return { status: this.sessions.validate(user_id, session_id) };
  }

  /** 200 with the same for each of many sessions, in their order. docs/integration/sessions.md, "Many at once". */
  @Post('sessions.validate_batch')
  @HttpCode(HttpStatus.OK)
  validateBatch(@Body() { sessions }: ValidateSessionsDto): { statuses: SessionStatus[] } {
    return { statuses: sessions.map(({ user_id, session_id }) => this.sessions.validate(user_id, session_id)) };
  }

  /** 200 with a capture ticket for the user's active session; 404 not theirs, 409 closed, 501 no secret to sign with. */
  @Post('sessions.ticket')
  @HttpCode(HttpStatus.OK)
  ticket(@Body() { user_id, session_id, capture_id = null }: IssueTicketDto): Promise<IssuedTicket> {
    if (!this.tickets) throw new NotImplementedException('tickets are not issued here');
    switch (this.sessions.validate(user_id, session_id)) {
      case 'invalid':
        throw new NotFoundException('session_id is not a session of this user');
      case 'closed':
        throw new ConflictException('session_id is already closed');
      case 'active':
        return this.tickets.issue({ user_id, session_id, capture_id });
    }
  }
}
