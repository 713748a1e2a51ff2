import 'reflect-metadata';
import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { runProgram, stopOnSignals } from '@a3cp/service/program';
import { openJpegOnly } from '@a3cp/landmark-extractor';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { readConfig } from './config.js';
import { LocalStackModule } from './local-stack.module.js';
import { servePage } from './page.js';

await runProgram(
  'LocalStack',
  async (log) => {
    const { host, port, landmark_threads } = readConfig();
    openJpegOnly();
    const app = await NestFactory.create<NestExpressApplication>(LocalStackModule.with({ landmark_threads }), {
      logger: log,
    });
    app.useWebSocketAdapter(new WsAdapter(app));
    servePage(app);
    stopOnSignals(app);
    await app.listen(port, host);
    const origin = await app.getUrl();
    const capture_url = `${origin.replace('http', 'ws')}${CAPTURE_PATHS[0]}`;
    console.log(`The gateway, session_manager and the landmark extractor listen on ${origin}

Open ${origin} in a browser to make a capture with a camera. Try also, in another terminal:
  npm run capture -- --url ${capture_url} --file assets/sample-capture.mjpeg
  curl ${origin}/landmark_extractor/captures/CAPTURE_ID
  curl ${origin}/health/ready

PROTOCOL.md says what a client sends. Ctrl-C stops; running captures may finish.`);
  },
  ['warn', 'error', 'fatal'],
);
