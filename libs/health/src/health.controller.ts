import { Controller, Get, type OnModuleDestroy, ServiceUnavailableException } from '@nestjs/common';

/** Both answer 200 `{"status":"ok"}`; readiness answers 503 from the moment the application is told to stop. */
@Controller('health')
export class HealthController implements OnModuleDestroy {
  #stopping = false;

  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  ready(): { status: string } {
    if (this.#stopping) throw new ServiceUnavailableException({ status: 'stopping' });
    return { status: 'ok' };
  }

  /** Nest calls this before `beforeApplicationShutdown`, in which the gateway lets its captures finish. */
  onModuleDestroy(): void {
    this.#stopping = true;
  }
}
