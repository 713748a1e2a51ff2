import {
  Controller,
  Get,
  Header,
  Inject,
  type OnModuleInit,
  Optional,
  ServiceUnavailableException,
} from '@nestjs/common';
import { AggregatorRegistry, Registry } from 'prom-client';
import { Primary } from '../workers/primary.js';
import { CameraFeedMetrics } from './camera-feed-metrics.js';
import { collectProcessMetrics } from './process-metrics.js';

/** `GET /metrics`, for Prometheus, of an application that owns its process. README.md, "Watching it". */
@Controller('metrics')
export class MetricsController implements OnModuleInit {
  constructor(
    private readonly metrics: CameraFeedMetrics,
    @Optional() @Inject(Primary) private readonly primary?: Primary,
  ) {}

  onModuleInit(): void {
    collectProcessMetrics(this.metrics.registry);
    if (!this.primary) return;
    // made for its listener, by which the primary asks this worker
    new AggregatorRegistry();
    AggregatorRegistry.setRegistries(this.metrics.registry);
  }

  @Get()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  async read(): Promise<string> {
    const metrics = await (this.primary ?? this.metrics.registry).metrics();
    if (metrics === null) throw new ServiceUnavailableException();
    return metrics;
  }
}
