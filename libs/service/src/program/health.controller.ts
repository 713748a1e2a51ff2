import { CONNECTIONS, type Connections } from '../connections.js';
import { Controller, Get, Inject, type OnModuleDestroy, Optional } from '@nestjs/common';
import {
  HealthCheckService,
  type HealthCheckResult,
  type HealthIndicatorResult,
  HealthIndicatorService,
} from '@nestjs/terminus';

/** Nothing of an application that answers at all is ill. */
const ALIVE: HealthCheckResult = { status: 'ok', info: {}, error: {}, details: {} };

/**
 * Programs that the application asks, by name, in the form of {@link Connections}. A fault of one of them shows in the details of
 * readiness, which stays 200: its clients learn more from a capture that fails than from a balancer without a server.
 */
export const PEERS = Symbol('PEERS');

/**
 * Both answer 200 with the state. Readiness answers 503 as soon as the application is stopping, and while one of its connections
 * is broken.
 */
@Controller('health')
export class HealthController implements OnModuleDestroy {
  #stopping = false;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @Optional() @Inject(CONNECTIONS) private readonly connections: Connections = {},
    @Optional() @Inject(PEERS) private readonly peers: Connections = {},
  ) {}

  /** Asks no one: to terminus an application that stops is ill, and it would be killed under its captures. */
  @Get('live')
  live(): HealthCheckResult {
    return ALIVE;
  }

  @Get('ready')
  async ready(): Promise<HealthCheckResult> {
    const accepting = this.indicators.check('accepting');
    const connected = Object.entries(this.connections).map(([name, faultOf]) => () => {
      const fault = faultOf();
      const connection = this.indicators.check(name);
      return fault === null ? connection.up() : connection.down(fault);
    });
    const ready = await this.health.check([
      () => (this.#stopping ? accepting.down('stopping') : accepting.up()),
      ...connected,
    ]);
    return { ...ready, details: { ...ready.details, ...this.#peerDetails() } };
  }

  #peerDetails(): HealthIndicatorResult {
    const details = Object.entries(this.peers).map(([name, faultOf]): HealthIndicatorResult => {
      const fault = faultOf();
      return { [name]: fault === null ? { status: 'up' } : { status: 'down', message: fault } };
    });
    return Object.assign({}, ...details) as HealthIndicatorResult;
  }

  /** Nest calls this before `beforeApplicationShutdown`, in which the gateway lets its captures finish. */
  onModuleDestroy(): void {
    this.#stopping = true;
  }
}
