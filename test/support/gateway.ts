import { CameraFeedModule } from '@a3cp/camera-feed';
import { type CaptureLimits, CaptureRepository, Clock } from '@a3cp/capture-domain';
import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import { CaptureSocketClient, terminateClients } from './capture-socket-client.js';
import { FakeExtractor } from './fake-extractor.js';
import { FakeSessionManager } from './fake-session-manager.js';
import { ManualClock } from './manual-clock.js';

/** The module in an application of its own, on a free port, with fakes behind its ports and a clock moved by hand. */
export class Gateway {
  readonly clock = new ManualClock();
  readonly extractor = new FakeExtractor();
  readonly sessions = new FakeSessionManager();
  app!: INestApplication;
  repository!: CaptureRepository;
  port!: number;

  static async start(limits: Partial<CaptureLimits> = {}): Promise<Gateway> {
    const gateway = new Gateway();
    const options = { landmarkForwarder: gateway.extractor, sessionValidator: gateway.sessions, limits };
    const module = await Test.createTestingModule({ imports: [CameraFeedModule.forRoot(options)] })
      .overrideProvider(Clock)
      .useValue(gateway.clock)
      .compile();
    gateway.app = module.createNestApplication({ logger: false });
    gateway.app.useWebSocketAdapter(new WsAdapter(gateway.app));
    await gateway.app.listen(0, '127.0.0.1');
    gateway.port = (gateway.app.getHttpServer().address() as AddressInfo).port;
    gateway.repository = gateway.app.get(CaptureRepository);
    return gateway;
  }

  url(path: string = CAPTURE_PATHS[0]): string {
    return `ws://127.0.0.1:${this.port}${path}`;
  }

  connect(path?: string, protocols?: string[]): Promise<CaptureSocketClient> {
    return CaptureSocketClient.connect(this.url(path), protocols);
  }

  /** A client whose capture the extractor has accepted. */
  async capturing(overrides: Parameters<CaptureSocketClient['open']>[0] = {}): Promise<CaptureSocketClient> {
    const client = await this.connect();
    const opened = this.extractor.next('open');
    client.open(overrides);
    await opened;
    return client;
  }

  async stop(): Promise<void> {
    terminateClients();
    await this.app.close();
  }
}
