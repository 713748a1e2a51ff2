import {
  type CanActivate,
  type ExecutionContext,
  HttpException,
  HttpStatus,
  Injectable,
  ServiceUnavailableException,
} from '@nestjs/common';
import { exchangeOf } from './http-exchange.js';
import { ReferenceExtractor } from './reference-extractor.js';
import { ResultReaders, RETRY_AFTER_S } from './result-readers.js';

/** Bounds the readers of results: 429 above a share, 503 above the bound of all. docs/integration/landmarks.md, "Readers". */
@Injectable()
export class ReadersGuard implements CanActivate {
  constructor(
    private readonly extractor: ReferenceExtractor,
    private readonly readers: ResultReaders,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { request, response } = exchangeOf(context);
    const { capture_id } = context.switchToHttp().getRequest<{ params: { capture_id: string } }>().params;
    const capture = this.extractor.find(capture_id);
    // a capture that is not known costs no time, and its answer is 404
    if (!capture) return true;
    const full = this.readers.admit(request.socket, response, capture_id, capture);
    if (full === null) return true;
    await this.readers.rest();
    response.setHeader('Retry-After', String(RETRY_AFTER_S));
    if (full === 'all') throw new ServiceUnavailableException('the extractor has its maximum of readers');
    const message = `the ${full} has its maximum of readers`;
    throw new HttpException({ statusCode: HttpStatus.TOO_MANY_REQUESTS, message }, HttpStatus.TOO_MANY_REQUESTS);
  }
}
