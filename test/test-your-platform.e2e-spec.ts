import { CameraFeedModule } from '@a3cp/camera-feed';
import { type SessionStatus, SessionValidator } from '@a3cp/capture-domain';
import { type ExtractorStream, InProcessLandmarkForwarder, LandmarkExtractor } from '@a3cp/landmark-forwarders';
import { CaptureSocketClient, FakeSessionManager, greyJpeg, ScriptedExtractor } from '@a3cp/testing';
import { afterEach, expect, it } from '@jest/globals';
import { type INestApplication, Module } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import sharp from 'sharp';

/** The platform's own, which a test replaces. */
class Extractor extends LandmarkExtractor {
  open(): Promise<ExtractorStream> {
    return Promise.reject(new Error('not in a test'));
  }
}

class Sessions extends SessionValidator {
  validate(): Promise<SessionStatus> {
    return Promise.reject(new Error('not in a test'));
  }
}

@Module({ providers: [Extractor, Sessions], exports: [Extractor, Sessions] })
class PortsModule {}

@Module({
  imports: [
    CameraFeedModule.forRootAsync({
      imports: [PortsModule],
      inject: [Extractor, Sessions],
      useFactory: (extractor: Extractor, sessions: Sessions) => ({
        landmarkForwarder: new InProcessLandmarkForwarder(extractor),
        sessionValidator: sessions,
      }),
    }),
  ],
})
class AppModule {}

let app: INestApplication;

afterEach(() => app.close());

it('a platform tests its captures as docs/integration/platform.md, "Test your platform", says', async () => {
  const extractor = new ScriptedExtractor();
  const sessions = new FakeSessionManager();
  const module = Test.createTestingModule({ imports: [AppModule] });
  module.overrideProvider(Extractor).useValue(extractor);
  module.overrideProvider(Sessions).useValue(sessions);
  app = (await module.compile()).createNestApplication({ logger: false });
  await app.useWebSocketAdapter(new WsAdapter(app)).listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/camera_feed_worker/capture`;

  const client = await CaptureSocketClient.connect(url);
  client.open();
  client.frame(1);
  client.close();
  expect(await client.closed).toEqual({ code: 1000, reason: 'completed' });
  expect(extractor.frames).toHaveLength(1);
  const { width, height } = await sharp(extractor.frames[0]?.payload, { failOn: 'warning' }).metadata();
  expect([width, height]).toEqual([640, 480]);

  sessions.answers = 'closed';
  const other = await CaptureSocketClient.connect(url);
  other.open({ capture_id: 'c2', width: 320, height: 240 });
  other.frame(1, greyJpeg(320, 240, 5_000), { capture_id: 'c2' });
  expect((await other.closed).reason).toMatch(/^session_closed: /);
});
