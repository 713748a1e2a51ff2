import 'reflect-metadata';
import { CameraFeedModule } from '@a3cp/camera-feed';
import { DEFAULT_CAPTURE_LIMITS, LandmarkForwarder, type LandmarkStream, SessionValidator } from '@a3cp/capture-domain';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import type { AddressInfo, Server } from 'node:net';
import { reportTo } from './measured-server.js';

let frames = 0;

/** Takes every frame in this process and forgets it. */
class ForgettingForwarder extends LandmarkForwarder {
  async open(): Promise<LandmarkStream> {
    return {
      forward: async () => {
        frames += 1;
      },
      end: () => Promise.resolve(),
      failed: new Promise(() => undefined),
    };
  }
}

class EveryoneIsWelcome extends SessionValidator {
  validate(): Promise<'active'> {
    return Promise.resolve('active');
  }
}

const app = await NestFactory.create(
  CameraFeedModule.forRoot({
    landmarkForwarder: new ForgettingForwarder(),
    sessionValidator: new EveryoneIsWelcome(),
    // a load as fast as it can go is ahead of any camera, and comes from one address
    limits: { fps_burst_frames: DEFAULT_CAPTURE_LIMITS.max_frames, max_opens_per_address_per_minute: 1_000_000 },
  }),
  { logger: false },
);
app.useWebSocketAdapter(new WsAdapter(app));
await app.listen(0, '127.0.0.1');
reportTo(process, ((app.getHttpServer() as Server).address() as AddressInfo).port, () => frames);
