import { answerFirst, CONNECTIONS, type Connections } from '@a3cp/service';
import {
  HttpStatus,
  Inject,
  Injectable,
  type OnModuleInit,
  Optional,
  ServiceUnavailableException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { AggregatorRegistry, Gauge, Registry } from 'prom-client';
import { CameraFeedMetrics, METRICS_PREFIX } from './camera-feed-metrics.js';
import { collectProcessMetrics } from './process-metrics.js';

/** The metrics of a gateway that consists of several processes. Each process answers for all of them. */
export abstract class SharedMetrics {
  /** The metrics of all processes, added up, as Prometheus reads them; null if one of them did not answer. */
  abstract metrics(): Promise<string | null>;
}

/**
 * `GET /metrics`, for Prometheus, of an application that owns its process. A provider for the module of the application, in
 * which `CameraFeedModule` is imported. docs/observability.md.
 */
@Injectable()
export class MetricsRoute implements OnModuleInit {
  constructor(
    private readonly metrics: CameraFeedMetrics,
    adapterHost: HttpAdapterHost,
    @Optional() @Inject(SharedMetrics) private readonly shared?: SharedMetrics,
    @Optional() @Inject(CONNECTIONS) private readonly connections: Connections = {},
  ) {
    answerFirst(adapterHost, 'GET', ['/metrics'], (_request, response) => this.#answer(response));
  }

  onModuleInit(): void {
    collectProcessMetrics(this.metrics.registry);
    this.#measureReadiness();
    if (!this.shared) return;
    // made for its listener, by which the primary asks this worker
    new AggregatorRegistry();
    AggregatorRegistry.setRegistries(this.metrics.registry);
  }

  /** Of several processes the worst one says how it is. */
  #measureReadiness(): void {
    const connections = Object.values(this.connections);
    new Gauge({
      name: `${METRICS_PREFIX}ready`,
      help: 'Whether it has every connection without which it takes no capture: 1 or 0',
      registers: [this.metrics.registry],
      aggregator: 'min',
      collect() {
        this.set(Number(connections.every((faultOf) => faultOf() === null)));
      },
    });
  }

  async #answer(response: ServerResponse): Promise<void> {
    const metrics = await (this.shared ?? this.metrics.registry).metrics();
    if (metrics === null) throw new ServiceUnavailableException();
    const headers = { 'Content-Type': Registry.PROMETHEUS_CONTENT_TYPE, 'Cache-Control': 'no-store' };
    response.writeHead(HttpStatus.OK, headers).end(metrics);
  }
}
