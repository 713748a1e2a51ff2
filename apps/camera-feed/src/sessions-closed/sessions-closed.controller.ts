import { CaptureService, type EndedSession, PortWatch } from '@a3cp/capture-domain';
import { type BearerSecret, JsonBodyPipe, refuseUnreadable, routesBelow } from '@a3cp/json-body';
import {
  Body,
  Controller,
  HttpCode,
  HttpStatus,
  Inject,
  type OnModuleInit,
  Post,
  UseGuards,
  UsePipes,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { SessionClosedDto } from '../dto/session-closed.dto.js';
import { type CameraFeedModuleOptions, MODULE_OPTIONS_TOKEN } from '../camera-feed.module-definition.js';
import { SESSIONS_CLOSED_SECRET, SessionsClosedGuard } from './sessions-closed.guard.js';

const PATH = 'camera_feed_worker';

/** What session_manager tells the gateway unasked. */
@Controller(PATH)
@UseGuards(SessionsClosedGuard)
@UsePipes(JsonBodyPipe)
export class SessionsClosedController implements OnModuleInit {
  constructor(
    private readonly captures: CaptureService,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(MODULE_OPTIONS_TOKEN) private readonly options: CameraFeedModuleOptions,
    @Inject(SESSIONS_CLOSED_SECRET) private readonly secret: BearerSecret | null,
    private readonly ports: PortWatch,
  ) {}

  onModuleInit(): void {
    this.options.sessionEnds?.(({ user_id, session_id }) => void this.captures.closeSession(user_id, session_id));
    // a route that is off refuses nothing in words of its own
    if (this.secret !== null) this.adapterHost.httpAdapter.use(routesBelow(PATH), refuseUnreadable);
  }

  /** 200 with how many captures of the session were aborted in this process. PROTOCOL.md, "The end of a session". */
  @Post('sessions.closed')
  @HttpCode(HttpStatus.OK)
  closed(@Body() { user_id, session_id }: SessionClosedDto): { aborted_captures: number } {
    void this.#tellOthers({ user_id, session_id });
    return { aborted_captures: this.captures.closeSession(user_id, session_id) };
  }

  async #tellOthers(session: EndedSession): Promise<void> {
    try {
      // a platform may have made it asynchronous
      await (this.options.onSessionClosed?.(session) as unknown);
    } catch (error) {
      // this process ends the captures of the session all the same
      this.ports.failed('onSessionClosed', error);
    }
  }
}
