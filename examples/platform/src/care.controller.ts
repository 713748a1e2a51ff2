import { Body, Controller, Delete, HttpCode, NotFoundException, Param, Post, ValidationPipe } from '@nestjs/common';
import { IsString } from 'class-validator';
import { Sessions } from './sessions.js';
import { issueTicket } from './tickets.js';

class UserDto {
  @IsString()
  user_id!: string;
}

/** The platform's own routes: sessions, and the tickets of their captures. */
@Controller('sessions')
export class CareController {
  constructor(private readonly sessions: Sessions) {}

  @Post()
  start(@Body(ValidationPipe) { user_id }: UserDto): { session_id: string } {
    return { session_id: this.sessions.start(user_id) };
  }

  @Post(':session_id/tickets')
  async ticket(
    @Param('session_id') session_id: string,
    @Body(ValidationPipe) { user_id }: UserDto,
  ): Promise<{ ticket: string }> {
    if ((await this.sessions.validate(user_id, session_id)) !== 'active') throw new NotFoundException();
    return { ticket: await issueTicket(user_id, session_id) };
  }

  @Delete(':session_id')
  @HttpCode(204)
  end(@Param('session_id') session_id: string): void {
    this.sessions.end(session_id);
  }
}
