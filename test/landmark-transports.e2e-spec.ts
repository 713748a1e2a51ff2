import {
  DirectLandmarkForwarder,
  InProcessLandmarkForwarder,
  type LandmarkExtractor,
  Nak,
  serveDirectStream,
} from '@a3cp/landmark-forwarders';
import { at, ScriptedExtractor } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { ManualClock } from './support/manual-clock.js';
import { quote } from './support/protocol.js';
import { END, frame, OPEN } from './support/stream-messages.js';
import { describeRefusals } from './support/refusals-contract.js';
import { describeTransport } from './support/transport-contract.js';

/** The extractor's side of the direct transport on a free port. */
class DirectServer {
  readonly clock = new ManualClock();
  readonly served: Promise<void>[] = [];
  readonly sockets: WebSocket[] = [];
  private constructor(readonly server: WebSocketServer) {}

  static async start(extractor: LandmarkExtractor): Promise<DirectServer> {
    const direct = new DirectServer(new WebSocketServer({ host: '127.0.0.1', port: 0 }));
    direct.server.on('connection', (socket) => {
      direct.sockets.push(socket);
      const served = serveDirectStream(socket, extractor, direct.clock);
      // one that fails is looked at by the test that makes it fail
      served.catch(() => undefined);
      direct.served.push(served);
    });
    await once(direct.server, 'listening');
    return direct;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
    await once(this.server, 'close');
  }
}

let servers: DirectServer[] = [];

async function startDirect(extractor: LandmarkExtractor): Promise<DirectServer> {
  const server = await DirectServer.start(extractor);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
});

describeTransport(
  'in-process',
  (extractor) => Promise.resolve(new InProcessLandmarkForwarder(extractor)),
  () => Promise.resolve(),
);

describeTransport(
  'direct',
  async (extractor) => new DirectLandmarkForwarder((await startDirect(extractor)).url),
  async () => {
    await Promise.all(servers.flatMap(({ sockets }) => sockets).map(closed));
  },
);

describeRefusals('in-process', (extractor) => Promise.resolve(new InProcessLandmarkForwarder(extractor)));

describeRefusals('direct', async (extractor) => new DirectLandmarkForwarder((await startDirect(extractor)).url));

/** The close code of a socket, closed already or not. */
async function closed(socket: WebSocket): Promise<number> {
  if (socket.readyState === WebSocket.CLOSED) return 0;
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

async function raw(url: string, options: { autoPong?: boolean } = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, options);
  await once(socket, 'open');
  return socket;
}

async function answerTo(socket: WebSocket, message: string | Buffer): Promise<unknown> {
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send(message);
  return JSON.parse(String((await answered)[0]));
}

const OPEN_TEXT =
  '{"v":1,"event":"capture.open","capture_id":"c1","user_id":"u1","session_id":"s1","record_id":"r1",' +
  '"schema_version":"1.0.1","timestamp_start":"2026-01-01T00:00:00.000Z","fps_target":15,"width":640,"height":480,' +
  '"encoding":"jpeg"}';
const END_TEXT =
  '{"event":"capture.close","capture_id":"c1","record_id":"r2","timestamp_end":"2026-01-01T00:00:00.100Z",' +
  '"error_code":null,"frame_count":1,"last_seq":1}';
const FRAME_HEADER =
  '{"capture_id":"c1","seq":1,"timestamp_frame":"2026-01-01T00:00:00.066Z","byte_length":4,' +
  '"encoding":"jpeg","width":640,"height":480,"user_id":"u1","session_id":"s1"}';

function frameMessage(header: string, jpeg: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(header));
  return Buffer.concat([length, Buffer.from(header), jpeg]);
}

describe('the direct framing', () => {
  it('is what PROTOCOL.md writes, as an extractor reads it', async () => {
    const extractor = new ScriptedExtractor();
    const socket = await raw((await startDirect(extractor)).url);
    expect(await answerTo(socket, OPEN_TEXT)).toEqual({ event: 'open.ack' });
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
    expect(await answerTo(socket, frameMessage(FRAME_HEADER, jpeg))).toEqual({ event: 'frame.ack', seq: 1 });
    expect(await answerTo(socket, END_TEXT)).toEqual({ event: 'end.ack' });
    expect(await answerTo(socket, END_TEXT)).toEqual({ event: 'end.ack' });
    expect(extractor.opens[0]).toMatchObject({ capture_id: 'c1', timestamp_start: new Date(at(0)) });
    expect(extractor.frames[0]).toEqual({
      ...(JSON.parse(FRAME_HEADER) as object),
      timestamp_frame: new Date(at(66)),
      payload: jpeg,
    });
    socket.terminate();
  });

  it('is what PROTOCOL.md writes, as a gateway sends it', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const connected = once(server, 'connection') as Promise<[WebSocket]>;
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const opening = new DirectLandmarkForwarder(url).open(OPEN, new AbortController().signal);
    const [socket] = await connected;
    const hear = async (): Promise<Buffer> => ((await once(socket, 'message')) as [Buffer])[0];

    expect(JSON.parse(String(await hear()))).toEqual({
      v: 1,
      event: 'capture.open',
      ...OPEN,
      timestamp_start: '2026-01-01T00:00:00.000Z',
    });
    socket.send('{"event":"open.ack"}');
    const stream = await opening;

    const { payload, ...header } = frame(1);
    const forwarding = stream.forward(frame(1));
    const message = await hear();
    const length = message.readUInt16BE();
    expect(JSON.parse(message.toString('utf8', 2, 2 + length))).toEqual({
      ...header,
      timestamp_frame: '2026-01-01T00:00:00.066Z',
    });
    expect(message.subarray(2 + length).equals(payload)).toBe(true);
    socket.send('{"event":"frame.ack","seq":1}');
    await forwarding;

    const ending = stream.end(END);
    expect(JSON.parse(String(await hear()))).toEqual({ ...END, timestamp_end: '2026-01-01T00:00:00.200Z' });
    const closing = closed(socket);
    socket.send('{"event":"end.ack"}');
    await ending;
    expect(await closing).toBe(1000);
    server.close();
  });

  it('answers unknown_capture before an open', async () => {
    const socket = await raw((await startDirect(new ScriptedExtractor())).url);
    expect(await answerTo(socket, END_TEXT)).toEqual({ event: 'nak', code: 'unknown_capture' });
    expect(await answerTo(socket, frameMessage(FRAME_HEADER, Buffer.alloc(4)))).toEqual({
      event: 'nak',
      code: 'unknown_capture',
    });
    socket.terminate();
  });

  it(quote('a second open on the same WebSocket | `nak` `duplicate_capture`. The first capture goes on.'), async () => {
    const extractor = new ScriptedExtractor();
    const socket = await raw((await startDirect(extractor)).url);
    await answerTo(socket, OPEN_TEXT);
    for (const again of [OPEN_TEXT, OPEN_TEXT.replace('"c1"', '"c2"')]) {
      expect(await answerTo(socket, again)).toEqual({ event: 'nak', code: 'duplicate_capture' });
    }
    const jpeg = Buffer.alloc(4);
    expect(await answerTo(socket, frameMessage(FRAME_HEADER, jpeg))).toEqual({ event: 'frame.ack', seq: 1 });
    expect(await answerTo(socket, END_TEXT)).toEqual({ event: 'end.ack' });
    expect([extractor.opens.length, extractor.ends.length]).toEqual([1, 1]);
    socket.terminate();
  });

  it.each([
    ['text that is not JSON', 'hello'],
    ['an unknown event', '{"event":"capture.pause"}'],
    ['another version', OPEN_TEXT.replace('"v":1', '"v":2')],
    ['a header longer than its message', Buffer.from([0xff, 0xff, 0x7b])],
    ['an empty frame', Buffer.alloc(0)],
    ['a timestamp that is none', OPEN_TEXT.replace('2026-01-01T00:00:00.000Z', 'yesterday')],
    ['JSON that is no object', 'null'],
    ['an open without a user', OPEN_TEXT.replace('"user_id":"u1",', '')],
    ['an open whose capture_id is an object', OPEN_TEXT.replace('"c1"', '{"a":1}')],
    ['an open with an endless user_id', OPEN_TEXT.replace('u1', 'u'.repeat(257))],
    ['an open of no frame a second', OPEN_TEXT.replace('"fps_target":15', '"fps_target":0')],
    ['an end of half a frame', END_TEXT.replace('"frame_count":1', '"frame_count":0.5')],
    ['a frame of a negative width', frameMessage(FRAME_HEADER.replace('640', '-640'), Buffer.alloc(4))],
    ['a frame without a number', frameMessage(FRAME_HEADER.replace('"seq":1,', ''), Buffer.alloc(4))],
  ])('is refused with 1008: %s', async (_what, message) => {
    const socket = await raw((await startDirect(new ScriptedExtractor())).url);
    socket.send(message);
    expect(await closed(socket)).toBe(1008);
  });

  it('closes 1011 when the extractor itself fails, and reports the failure to whoever serves', async () => {
    const extractor = new ScriptedExtractor();
    extractor.onOpen = () => Promise.reject(new Error('out of memory'));
    const server = await startDirect(extractor);
    const socket = await raw(server.url);
    socket.send(OPEN_TEXT);
    expect(await closed(socket)).toBe(1011);
    await expect(server.served[0]).rejects.toThrow('out of memory');
  });
});

describe('a direct stream that breaks', () => {
  it('rejects the open where no extractor listens', async () => {
    const server = await DirectServer.start(new ScriptedExtractor());
    const { url } = server;
    await server.stop();
    await expect(new DirectLandmarkForwarder(url).open(OPEN, new AbortController().signal)).rejects.toThrow();
  });

  it('rejects the open that is given up before the extractor was reached', async () => {
    const lifetime = new AbortController();
    const { url } = await startDirect(new ScriptedExtractor());
    const opening = new DirectLandmarkForwarder(url).open(OPEN, lifetime.signal);
    lifetime.abort();
    await expect(opening).rejects.toThrow();
  });

  it('is reported at once, also while nothing is sent', async () => {
    const server = await startDirect(new ScriptedExtractor());
    const stream = await new DirectLandmarkForwarder(server.url).open(OPEN, new AbortController().signal);
    server.sockets[0]?.terminate();
    await stream.failed;
    await expect(stream.forward(frame(1))).rejects.toThrow();
  });

  it('rejects the frame in flight', async () => {
    const extractor = new ScriptedExtractor();
    extractor.onFrame = () => new Promise(() => undefined);
    const server = await startDirect(extractor);
    const stream = await new DirectLandmarkForwarder(server.url).open(OPEN, new AbortController().signal);
    const arrived = extractor.next('frame');
    const forwarding = stream.forward(frame(1));
    await arrived;
    server.sockets[0]?.terminate();
    await expect(forwarding).rejects.toThrow();
  });

  it.each(['what?', 'null', '{}', '{"event":"end.ack"}'])(
    quote('Any other answer to nothing breaks the stream.') + ' Such as %s',
    async (answer) => {
      const server = await startDirect(new ScriptedExtractor());
      const stream = await new DirectLandmarkForwarder(server.url).open(OPEN, new AbortController().signal);
      server.sockets[0]?.send(answer);
      await stream.failed;
      await expect(stream.end(END)).rejects.toThrow();
    },
  );

  it(
    quote('A nak that answers nothing fails the capture') + ', the first time; a second one breaks the stream',
    async () => {
      const server = await startDirect(new ScriptedExtractor());
      const stream = await new DirectLandmarkForwarder(server.url).open(OPEN, new AbortController().signal);
      const [socket] = server.sockets as [WebSocket];
      socket.send('{"event":"nak","code":"frame_undecodable"}');
      await stream.failed;
      expect(socket.readyState).toBe(WebSocket.OPEN);
      socket.send('{"event":"nak","code":"frame_undecodable"}');
      await once(socket, 'close');
      await expect(stream.end(END)).rejects.toThrow();
    },
  );

  it('keeps a late acknowledgement of a frame apart from that of the end', async () => {
    const extractor = new ScriptedExtractor();
    const owned: (() => void)[] = [];
    extractor.onFrame = () => new Promise((resolve) => owned.push(resolve));
    const server = await startDirect(extractor);
    const stream = await new DirectLandmarkForwarder(server.url).open(OPEN, new AbortController().signal);
    const arrived = extractor.next('frame');
    void stream.forward(frame(1));
    await arrived;
    const ending = stream.end(END);
    owned[0]?.();
    await ending;
    expect(extractor.ends).toEqual([END]);
  });

  it(
    quote('a `nak` does not say what it refuses') +
      ', so a late one of a frame is kept apart from the answer to the end',
    async () => {
      const extractor = new ScriptedExtractor();
      let refuse = (): void => undefined;
      extractor.onFrame = () =>
        new Promise((_resolve, reject) => (refuse = () => reject(new Nak('frame_undecodable'))));
      const server = await startDirect(extractor);
      const stream = await new DirectLandmarkForwarder(server.url).open(OPEN, new AbortController().signal);
      const arrived = extractor.next('frame');
      const forwarding = stream.forward(frame(1));
      await arrived;
      const ending = stream.end(END);
      refuse();
      await ending;
      expect(extractor.ends).toEqual([END]);
      await expect(forwarding).rejects.toThrow();
    },
  );
});

describe('an extractor that finds a broken picture', () => {
  it('sends one nak, then answers only the end, also if a frame crosses the nak on the way', async () => {
    quote('It sends one, then answers only the end, also if a frame crosses the nak on the way.');
    const extractor = new ScriptedExtractor();
    const socket = await raw((await startDirect(extractor)).url);
    await answerTo(socket, OPEN_TEXT);
    const refused = once(socket, 'message') as Promise<[Buffer]>;
    extractor.fail('frame_undecodable');
    expect(JSON.parse(String((await refused)[0]))).toEqual({ event: 'nak', code: 'frame_undecodable' });
    socket.send(frameMessage(FRAME_HEADER, Buffer.alloc(4)));
    expect(await answerTo(socket, END_TEXT)).toEqual({ event: 'end.ack' });
    socket.terminate();
  });

  it('refuses the frame that it is about to answer, and sends no second nak', async () => {
    const extractor = new ScriptedExtractor();
    const socket = await raw((await startDirect(extractor)).url);
    await answerTo(socket, OPEN_TEXT);
    extractor.onFrame = () => {
      extractor.fail('frame_undecodable');
      return new Promise(() => undefined);
    };
    const answered = answerTo(socket, frameMessage(FRAME_HEADER, Buffer.alloc(4)));
    expect(await answered).toEqual({ event: 'nak', code: 'frame_undecodable' });
    expect(await answerTo(socket, END_TEXT)).toEqual({ event: 'end.ack' });
    socket.terminate();
  });

  it('says nothing of it after the end', async () => {
    const extractor = new ScriptedExtractor();
    const socket = await raw((await startDirect(extractor)).url);
    await answerTo(socket, OPEN_TEXT);
    await answerTo(socket, END_TEXT);
    extractor.fail('frame_undecodable');
    expect(await answerTo(socket, END_TEXT)).toEqual({ event: 'end.ack' });
    socket.terminate();
  });
});

describe('an extractor that has no room', () => {
  const FRAMES = 100;

  it(
    quote('While two messages of a gateway wait for their answers, the extractor does not read the socket.'),
    async () => {
      const extractor = new ScriptedExtractor();
      const server = await startDirect(extractor);
      const client = await raw(server.url);
      await answerTo(client, OPEN_TEXT);
      let own = (): void => undefined;
      extractor.onFrame = () => new Promise((resolve) => (own = resolve));
      const [socket] = server.sockets as [WebSocket];
      let read = 0;
      socket.on('message', () => (read += 1));
      // what a gateway would never do: to go on without the answers
      for (let seq = 1; seq <= FRAMES; seq++) {
        client.send(frameMessage(FRAME_HEADER.replace('"seq":1', `"seq":${seq}`), Buffer.alloc(300_000)));
      }
      while (!socket.isPaused) await once(socket, 'message');
      // longer than any silence a gateway is allowed
      server.clock.advance(20_000);
      expect([read, extractor.frames.length, socket.isPaused, client.readyState]).toEqual([2, 1, true, WebSocket.OPEN]);

      const answers: string[] = [];
      const answered = new Promise<void>((resolve) => {
        client.on('message', (data: Buffer) => {
          answers.push(String(data));
          if (answers.length === FRAMES) resolve();
        });
      });
      extractor.onFrame = () => Promise.resolve();
      own();
      await answered;
      expect(answers.at(-1)).toBe(`{"event":"frame.ack","seq":${FRAMES}}`);
      expect(extractor.frames.map(({ seq }) => seq)).toEqual(Array.from({ length: FRAMES }, (_, n) => n + 1));
      client.terminate();
    },
  );

  it('notices that the gateway is gone although it does not read', async () => {
    const extractor = new ScriptedExtractor();
    const server = await startDirect(extractor);
    const client = await raw(server.url);
    await answerTo(client, OPEN_TEXT);
    let own = (): void => undefined;
    extractor.onFrame = () => new Promise((resolve) => (own = resolve));
    const [socket] = server.sockets as [WebSocket];
    for (const seq of [1, 2])
      client.send(frameMessage(FRAME_HEADER.replace('"seq":1', `"seq":${seq}`), Buffer.alloc(4)));
    while (!socket.isPaused) await once(socket, 'message');
    const gone = once(socket, 'close');
    client.terminate();
    await Promise.race([
      gone,
      (async () => {
        // each second a ping, until the system says that nobody takes them
        while (socket.readyState === WebSocket.OPEN) await server.clock.pass(1_000);
      })(),
    ]);
    const lost = extractor.next('lost');
    extractor.onFrame = () => Promise.resolve();
    own();
    await lost;
  });
});

describe('a socket without a capture', () => {
  it(quote('A socket without a capture for more than 5 s is closed with 1008') + ', before an open', async () => {
    const server = await startDirect(new ScriptedExtractor());
    const socket = await raw(server.url);
    server.clock.advance(5_000);
    expect(server.sockets[0]?.readyState).toBe(WebSocket.OPEN);
    server.clock.advance(1_000);
    expect(await closed(socket)).toBe(1008);
  });

  it.each(['the end', 'a refusal'])('after %s too, and not while a capture runs', async (what) => {
    const extractor = new ScriptedExtractor();
    const server = await startDirect(extractor);
    const socket = await raw(server.url);
    await answerTo(socket, OPEN_TEXT);
    for (let second = 1; second <= 6; second++) {
      const answered = once(server.sockets[0] as WebSocket, 'pong');
      server.clock.advance(1_000);
      await answered;
    }
    expect(server.sockets[0]?.readyState).toBe(WebSocket.OPEN);
    const told = once(socket, 'message');
    if (what === 'the end') socket.send(END_TEXT);
    else extractor.fail('frame_undecodable');
    await told;
    server.clock.advance(6_000);
    expect(await closed(socket)).toBe(1008);
  });
});

describe('a gateway that is gone', () => {
  it(quote('receives nothing for more than 8 s, no message and no pong, is gone'), async () => {
    const extractor = new ScriptedExtractor();
    const server = await startDirect(extractor);
    const socket = await raw(server.url, { autoPong: false });
    await answerTo(socket, OPEN_TEXT);
    const lost = extractor.next('lost');
    server.clock.advance(8_000);
    expect(server.sockets[0]?.readyState).toBe(WebSocket.OPEN);
    server.clock.advance(1_000);
    await lost;
    expect(server.clock.running).toBe(0);
  });

  it('is kept apart from one that is merely silent: each ping it answers counts', async () => {
    const extractor = new ScriptedExtractor();
    const server = await startDirect(extractor);
    const socket = await raw(server.url);
    await answerTo(socket, OPEN_TEXT);
    for (let second = 1; second <= 12; second++) {
      const answered = once(server.sockets[0] as WebSocket, 'pong');
      server.clock.advance(1_000);
      await answered;
    }
    expect(await answerTo(socket, END_TEXT)).toEqual({ event: 'end.ack' });
    expect(extractor.lost).toBe(0);
    socket.terminate();
  });
});
