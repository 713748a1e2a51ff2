import { Controller, Get, Header, type OnModuleInit } from '@nestjs/common';
import { Registry } from 'prom-client';
import { CameraFeedMetrics } from './camera-feed-metrics.js';
import { collectProcessMetrics } from './process-metrics.js';

/** `GET /metrics`, for Prometheus, of an application that owns its process. README.md, "Watching it". */
@Controller('metrics')
export class MetricsController implements OnModuleInit {
  constructor(private readonly metrics: CameraFeedMetrics) {}

  onModuleInit(): void {
    collectProcessMetrics(this.metrics.registry);
  }

  @Get()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
