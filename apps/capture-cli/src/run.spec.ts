import type { CaptureAbortMessage, CaptureClientMessage, ClientLimits } from '@a3cp/capture-protocol';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';
import { run } from './run.js';

const SAMPLE = fileURLToPath(new URL('../../../assets/sample-capture.mjpeg', import.meta.url));
const NOT_A_CAPTURE = fileURLToPath(import.meta.url);
const WHAT_TO_NAME = 'Name an active session with --session-id, or where to start one with --session-manager.';

/** A gateway and a session_manager at one origin, which keep what they hear. */
class Platform {
  readonly messages: CaptureClientMessage[] = [];
  readonly frames: Buffer[] = [];
  readonly sessions: { path: string | undefined; body: unknown }[] = [];
  /** The path the capture was sent to. */
  path: string | undefined;
  /** What the capture's connection offered. */
  protocols: string | undefined;
  started: { status: number; body: string } = { status: 200, body: '{"session_id":"started-1"}' };
  end = (socket: WebSocket): void => {
    const byte_count = Buffer.concat(this.frames).length;
    if (this.speaks_v1) {
      socket.send(JSON.stringify({ event: 'capture.closed', frame_count: this.frames.length, byte_count }));
    }
    socket.close(1000, 'completed');
  };
  /** Whether it accepts captures and acknowledges frames. */
  speaks_v1 = true;
  /** Limits that it accepts a capture with, where they differ from the defaults. */
  limits: Partial<ClientLimits> = {};
  /** At which message the capture ends. */
  end_at: CaptureClientMessage['event'] = 'capture.close';
  readonly #http: Server;

  constructor() {
    this.#http = createServer((request, response) => {
      void json(request).then((body) => {
        this.sessions.push({ path: request.url, body });
        response.writeHead(this.started.status).end(this.started.body);
      });
    });
    const handleProtocols = (offered: Set<string>, request: IncomingMessage): string | false => {
      this.protocols = request.headers['sec-websocket-protocol'];
      const [first = ''] = offered;
      return this.speaks_v1 && first;
    };
    new WebSocketServer({ server: this.#http, handleProtocols }).on('connection', (socket, request) => {
      this.path = request.url;
      socket.on('message', (data: Buffer, isBinary) => this.#hear(data, isBinary, socket));
    });
  }

  get origin(): string {
    return `127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `ws://${this.origin}/camera_feed_worker/ws`;
  }

  async start(): Promise<void> {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
  }

  async stop(): Promise<void> {
    if (!this.#http.listening) return;
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
  }

  #hear(data: Buffer, isBinary: boolean, socket: WebSocket): void {
    if (isBinary) {
      this.frames.push(data);
      if (this.speaks_v1) socket.send(JSON.stringify({ event: 'capture.ack', seq: this.frames.length }));
      return;
    }
    const message = JSON.parse(data.toString()) as CaptureClientMessage;
    this.messages.push(message);
    if (message.event === 'capture.open' && this.speaks_v1) {
      socket.send(JSON.stringify({ event: 'capture.opened', deadline_ms: 25_000, limits: this.limits }));
    }
    if (message.event === this.end_at) this.end(socket);
  }
}

describe('capture', () => {
  let platform: Platform;
  let stdout: PassThrough;
  let stderr: PassThrough;
  const capture = (...argv: string[]) => run(argv, { stdout, stderr });
  const play = (...argv: string[]) => capture('--url', platform.url, '--file', SAMPLE, '--fps', '60', ...argv);
  const textOf = (stream: PassThrough): string => String(stream.read() ?? '');

  beforeEach(async () => {
    stdout = new PassThrough();
    stderr = new PassThrough();
    platform = new Platform();
    await platform.start();
  });

  afterEach(async () => {
    await platform.stop();
  });

  it('brings the ticket it is given, and none otherwise', async () => {
    await play('--session-id', 's1', '--ticket', 'header.claims.signature');
    expect(platform.protocols).toBe('a3cp.capture.v1,a3cp.ticket.header.claims.signature');
    await play('--session-id', 's1');
    expect(platform.protocols).toBe('a3cp.capture.v1');
  });

  it.each([true, false])('delivers a file whole, to a server that speaks a3cp.capture.v1: %s', async (speaks_v1) => {
    platform.speaks_v1 = speaks_v1;

    expect(await play('--user-id', 'u1', '--session-id', 's1')).toBe(0);

    expect(textOf(stdout)).toMatch(/^completed: 75 frames delivered as capture [0-9a-f-]{36}\n$/);
    expect(textOf(stderr)).toBe('');
    expect(platform.path).toBe('/camera_feed_worker/ws');
    const identity = { user_id: 'u1', session_id: 's1' };
    expect(platform.messages[0]).toMatchObject({ ...identity, fps_target: 60, width: 640, height: 480 });
    expect(Buffer.concat(platform.frames).equals(await readFile(SAMPLE))).toBe(true);
    expect(platform.messages.at(-1)).toMatchObject({ event: 'capture.close' });
    expect(platform.sessions).toEqual([]);
  });

  it('starts a session where the gateway is, and captures in it', async () => {
    platform.end_at = 'capture.open';
    await play();

    expect(platform.sessions).toEqual([
      {
        path: '/session_manager/sessions.start',
        body: {
          schema_version: '1.0.1',
          record_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          user_id: 'demo-user',
          timestamp: expect.stringMatching(/Z$/),
          performer_id: null,
        },
      },
    ]);
    expect(platform.messages[0]).toMatchObject({ user_id: 'demo-user', session_id: 'started-1' });
  });

  it('starts a session at another session_manager when told so', async () => {
    const elsewhere = new Platform();
    await elsewhere.start();
    elsewhere.started.body = '{"session_id":"elsewhere-1"}';
    platform.end_at = 'capture.open';

    await play('--session-manager', `http://${elsewhere.origin}`, '--user-id', 'u2');

    await elsewhere.stop();
    expect(elsewhere.sessions).toHaveLength(1);
    expect(platform.sessions).toEqual([]);
    expect(platform.messages[0]).toMatchObject({ user_id: 'u2', session_id: 'elsewhere-1' });
  });

  it('shows its progress on a terminal', async () => {
    platform.end_at = 'capture.frame_meta';
    Object.assign(stderr, { isTTY: true });

    await play('--session-id', 's1');

    expect(textOf(stderr)).toMatch(/\d+\/75 frames/);
  });

  it('exits with 1 and the error code when the capture is aborted', async () => {
    const abort: Partial<CaptureAbortMessage> = { event: 'capture.abort', error_code: 'limit_fps_exceeded' };
    platform.end_at = 'capture.open';
    platform.end = (socket) => {
      socket.send(JSON.stringify(abort));
      socket.close(1000, 'limit_fps_exceeded: fps_target 60, at most 15');
    };

    expect(await play('--session-id', 's1')).toBe(1);
    expect(textOf(stderr)).toBe(
      'aborted: error_code "limit_fps_exceeded", reason "limit_fps_exceeded: fps_target 60, at most 15"\n',
    );
    expect(textOf(stdout)).toBe('');
  });

  it('exits with 1 when the limits left frames out, and says how many', async () => {
    platform.limits = { max_frames: 20 };

    expect(await play('--session-id', 's1')).toBe(1);
    expect(textOf(stdout)).toMatch(/^completed: 20 frames delivered/);
    expect(textOf(stderr)).toBe("55 frames were left out: the limits or the server's deadline had no room for them\n");
  });

  it('exits with 1 and the close code when the connection fails', async () => {
    platform.end_at = 'capture.open';
    platform.end = (socket) => socket.close(1011, 'internal_error: \x1b[2Jthe server failed');

    expect(await play('--session-id', 's1')).toBe(1);
    expect(textOf(stderr)).toBe('failed: close code 1011, reason "internal_error: \\u001b[2Jthe server failed"\n');
  });

  it('exits with 1 when no gateway is there', async () => {
    const { url } = platform;
    await platform.stop();

    expect(await capture('--url', url, '--file', SAMPLE, '--session-id', 's1')).toBe(1);
    expect(textOf(stderr)).toMatch(/^failed: close code 1006, reason ".*ECONNREFUSED/);
  });

  it('exits with 1 when no session_manager is there', async () => {
    const { url, origin } = platform;
    await platform.stop();

    expect(await capture('--url', url, '--file', SAMPLE)).toBe(1);
    expect(textOf(stderr)).toBe(`session_manager did not answer at http://${origin}\n${WHAT_TO_NAME}\n`);
  });

  it.each([
    [400, '{}', 'answered 400'],
    [200, 'hello', 'gave no session_id'],
    [200, 'null', 'gave no session_id'],
    [200, '{"session_id":7}', 'gave no session_id'],
  ])('exits with 1 when session_manager answers %i %s', async (status, body, message) => {
    platform.started = { status, body };

    expect(await play()).toBe(1);
    expect(textOf(stderr)).toBe(`session_manager at http://${platform.origin} ${message}\n${WHAT_TO_NAME}\n`);
    expect(platform.messages).toEqual([]);
  });

  it.each([
    ['no file', [], '--file is missing'],
    ['an option it does not know', ['--file', SAMPLE, '--speed', '2'], "Unknown option '--speed'"],
    ['a word too many', ['--file', SAMPLE, 'again'], "Unexpected argument 'again'"],
    ['no frame a second', ['--file', SAMPLE, '--fps', '0'], '--fps must be a whole number from 1 to 60'],
    ['too many frames a second', ['--file', SAMPLE, '--fps', '61'], '--fps must be'],
    ['half a frame a second', ['--file', SAMPLE, '--fps', '7.5'], '--fps must be'],
    ['a URL that is not a WebSocket', ['--file', SAMPLE, '--url', 'http://127.0.0.1'], '--url must be'],
    ['a URL that is none', ['--file', SAMPLE, '--url', 'gateway'], '--url must be'],
    [
      'a session_manager that is not HTTP',
      ['--file', SAMPLE, '--session-manager', 'ws://h'],
      '--session-manager must be',
    ],
    ['a file that is not there', ['--file', `${SAMPLE}.none`], 'no such file'],
    ['a file that is not a capture', ['--file', NOT_A_CAPTURE], 'frame 1 is not a JPEG'],
  ])('exits with 2 given %s', async (_what, argv, message) => {
    expect(await capture(...argv)).toBe(2);
    expect(textOf(stderr)).toContain(message);
    expect(textOf(stdout)).toBe('');
  });

  it('explains itself', async () => {
    expect(await capture('--help')).toBe(0);
    expect(textOf(stdout)).toContain('--file PATH');
    expect(textOf(stderr)).toBe('');
  });
});
