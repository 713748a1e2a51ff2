import { CaptureService, type EndedSession, PortWatch } from '@a3cp/capture-domain';
import { answerFirst, BearerSecret, JsonBodyPipe, readJsonBody, sendJson } from '@a3cp/service';
import { HttpStatus, Inject, Injectable, type OnModuleInit, UnauthorizedException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CameraFeedModuleOptions } from '../camera-feed.module-definition.js';
import { SessionClosedDto } from '../dto/session-closed.dto.js';
import { CHECKED_OPTIONS } from '../options.js';

/** Where session_manager reports a session that has ended. docs/integration/sessions.md, "The end of a session". */
export const SESSIONS_CLOSED_PATH = '/camera_feed_worker/sessions.closed';

/** Many times what two identifiers need. */
const MAX_BODY_BYTES = 16_384;

/**
 * `POST sessions.closed`: aborts the captures of a session that has ended. Answers 200 with the number of aborted captures of
 * this process, 401 without the secret, 400 for a body that breaks its schema. Without a secret of the host the route does not
 * exist.
 */
@Injectable()
export class SessionsClosedRoute implements OnModuleInit {
  constructor(
    private readonly captures: CaptureService,
    private readonly ports: PortWatch,
    @Inject(CHECKED_OPTIONS) private readonly options: CameraFeedModuleOptions,
    adapterHost: HttpAdapterHost,
  ) {
    const { sessionsClosedSecret } = options;
    if (sessionsClosedSecret === undefined) return;
    const secret = new BearerSecret(sessionsClosedSecret);
    const pipe = new JsonBodyPipe();
    answerFirst(adapterHost, 'POST', [SESSIONS_CLOSED_PATH], async (request, response) => {
      requireSecret(secret, request, response);
      const body = await readJsonBody(request, MAX_BODY_BYTES);
      const session = await pipe.transform(body, { type: 'body', metatype: SessionClosedDto });
      sendJson(response, HttpStatus.OK, { aborted_captures: this.#closed(session as SessionClosedDto) });
    });
  }

  onModuleInit(): void {
    this.options.sessionEnds?.(({ user_id, session_id }) => void this.captures.closeSession(user_id, session_id));
  }

  #closed({ user_id, session_id }: SessionClosedDto): number {
    void this.#tellOthers({ user_id, session_id });
    return this.captures.closeSession(user_id, session_id);
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

function requireSecret(secret: BearerSecret, { headers }: IncomingMessage, response: ServerResponse): void {
  if (secret.isIn(headers.authorization)) return;
  response.setHeader('WWW-Authenticate', 'Bearer');
  throw new UnauthorizedException();
}
