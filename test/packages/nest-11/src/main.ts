import 'reflect-metadata';
import { CameraFeedModule } from '@a3cp/camera-feed';
import { type SessionStatus, SessionValidator } from '@a3cp/capture-domain';
import { ContractDocsModule, HealthModule } from '@a3cp/service/program';
import { type ExtractorStream, InProcessLandmarkForwarder, LandmarkExtractor } from '@a3cp/landmark-forwarders';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';

class Extractor extends LandmarkExtractor {
  override open(): Promise<ExtractorStream> {
    return Promise.resolve({
      frame: () => Promise.resolve(),
      end: () => Promise.resolve(),
      lost: () => undefined,
    });
  }
}

class Sessions extends SessionValidator {
  override validate(): Promise<SessionStatus> {
    return Promise.resolve('active');
  }
}

@Module({
  imports: [
    ContractDocsModule,
    HealthModule,
    CameraFeedModule.forRoot({
      landmarkForwarder: new InProcessLandmarkForwarder(new Extractor()),
      sessionValidator: new Sessions(),
    }),
  ],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  app.useWebSocketAdapter(new WsAdapter(app));
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log(`Listening on ${await app.getUrl()}`);
}

void main();
