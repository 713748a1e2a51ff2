import { MessageBody, SubscribeMessage, WebSocketGateway, type WsResponse } from '@nestjs/websockets';
import { filter, map, type Observable } from 'rxjs';
import { type CaptureResult, Extractor } from './extractor.js';

/** A gateway of the platform's own, on the same server: pushes the results of one user. */
@WebSocketGateway({ path: '/results' })
export class ResultsGateway {
  constructor(private readonly extractor: Extractor) {}

  @SubscribeMessage('watch')
  watch(@MessageBody() user_id: string): Observable<WsResponse<CaptureResult>> {
    return this.extractor.results.pipe(
      filter((result) => result.user_id === user_id),
      map((data) => ({ event: 'result', data })),
    );
  }
}
