import { CONNECTIONS, type Connections } from '@a3cp/json-body';
import { Controller, Get, Inject, type OnModuleDestroy, Optional } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';

/** Nothing of an application that answers at all is ill. */
const ALIVE: HealthCheckResult = { status: 'ok', info: {}, error: {}, details: {} };

/**
 * Both answer 200 and how things are; readiness answers 503 from the moment the application is told to stop, and while one
 * of its connections is broken.
 */
@Controller('health')
export class HealthController implements OnModuleDestroy {
  #stopping = false;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @Optional() @Inject(CONNECTIONS) private readonly connections: Connections = {},
  ) {}

  /** Asks no one: to terminus an application that stops is ill, and it would be killed under its captures. */
  @Get('live')
  live(): HealthCheckResult {
    return ALIVE;
  }

  @Get('ready')
  ready(): Promise<HealthCheckResult> {
    const accepting = this.indicators.check('accepting');
    const connected = Object.entries(this.connections).map(([name, faultOf]) => () => {
      const fault = faultOf();
      const connection = this.indicators.check(name);
      return fault === null ? connection.up() : connection.down(fault);
    });
    return this.health.check([() => (this.#stopping ? accepting.down('stopping') : accepting.up()), ...connected]);
  }

  /** Nest calls this before `beforeApplicationShutdown`, in which the gateway lets its captures finish. */
  onModuleDestroy(): void {
    this.#stopping = true;
  }
}
