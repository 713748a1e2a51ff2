import { startSession } from '@a3cp/capture-cli';
import { CaptureService, Clock } from '@a3cp/capture-domain';
import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { ReferenceExtractor } from '@a3cp/landmark-extractor';
import { LocalStackModule } from '@a3cp/local-stack';
import { CaptureSocketClient, terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { frameItem } from './support/extractor.js';
import { ManualClock } from './support/manual-clock.js';

/** More than the forward buffer holds. */
const FRAMES = 4;

let clock: ManualClock;
let app: INestApplication;

beforeEach(async () => {
  clock = new ManualClock();
  const module = await Test.createTestingModule({ imports: [LocalStackModule.with({ landmark_threads: 0 })] })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  app = module.createNestApplication({ logger: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
});

afterEach(async () => {
  terminateClients();
  await app.close();
});

/** The extractor takes no frame before the function it returns is called. */
function holdUp(): () => void {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const extractor = app.get(ReferenceExtractor);
  const open = extractor.open.bind(extractor);
  extractor.open = async (opened) => {
    const stream = await open(opened);
    const frame = stream.frame.bind(stream);
    stream.frame = async (item) => {
      await held;
      await frame(item);
    };
    return stream;
  };
  return goOn;
}

/** Resolves once the gateway has decided that so many frames are announced. */
function announced(frames: number): Promise<void> {
  const captures = app.get(CaptureService);
  const receive = captures.receive.bind(captures);
  return new Promise((resolve) => {
    let left = frames;
    captures.receive = (connection_key, event) => {
      receive(connection_key, event);
      if (event.type === 'capture.frame_meta' && --left === 0) resolve();
    };
  });
}

it('an extractor that a busy machine holds up for two seconds loses no capture', async () => {
  const goOn = holdUp();
  const origin = await app.getUrl();
  const client = await CaptureSocketClient.connect(origin.replace('http', 'ws') + CAPTURE_PATHS[0]);
  const session_id = await startSession(origin, 'u1');
  const all = announced(FRAMES);
  client.open({ session_id, width: 64, height: 48 });
  const { payload } = await frameItem();
  for (let seq = 1; seq <= FRAMES; seq++) client.frame(seq, payload);
  client.close();
  await all;
  clock.advance(2_000);
  goOn();
  expect(await client.closed).toEqual({ code: 1000, reason: 'completed' });
  expect(app.get(ReferenceExtractor).find('c1')).toMatchObject({ frame_count: FRAMES });
});

it('has no route on which gateways of other processes could stream captures', async () => {
  const origin = (await app.getUrl()).replace('http', 'ws');
  const client = new CaptureSocketClient(`${origin}/landmark_extractor/stream`);
  await expect(client.opened).rejects.toThrow(/Unexpected server response: 4\d\d/);
});
