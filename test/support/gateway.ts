import { CameraFeedModule, type CameraFeedModuleOptions } from '@a3cp/camera-feed';
import {
  type CaptureLimits,
  CaptureRepository,
  CaptureService,
  CHANCE,
  type ClientEvent,
  Clock,
} from '@a3cp/capture-domain';
import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { CaptureSocketClient, FakeExtractor, FakeSessionManager, terminateClients } from '@a3cp/testing';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { WebSocket, WebSocketServer } from 'ws';
import { ManualClock } from './manual-clock.js';

/** The stock adapter, with an eye on when the server stops and starts to read its sockets. */
class WatchedWsAdapter extends WsAdapter {
  readonly events = new EventEmitter<{ paused: []; resumed: [] }>();
  readonly paused = new Set<WebSocket>();

  override create(...parameters: Parameters<WsAdapter['create']>): WebSocketServer {
    const server = super.create(...parameters) as WebSocketServer;
    server.on('connection', (socket: WebSocket) => {
      const { pause, resume } = socket;
      socket.pause = () => {
        pause.call(socket);
        this.paused.add(socket);
        this.events.emit('paused');
      };
      socket.resume = () => {
        resume.call(socket);
        this.paused.delete(socket);
        this.events.emit('resumed');
      };
      socket.on('close', () => this.paused.delete(socket));
    });
    return server;
  }
}

/** The module in an application of its own, on a free port, with fakes behind its ports and a clock moved by hand. */
export class Gateway {
  readonly clock = new ManualClock();
  readonly extractor = new FakeExtractor();
  readonly sessions = new FakeSessionManager();
  /** What chance says; 0 leaves timers as PROTOCOL.md has them. */
  chance = 0;
  readonly #decided = new EventEmitter();
  app!: INestApplication;
  repository!: CaptureRepository;
  port!: number;
  #adapter!: WatchedWsAdapter;
  #stopped: Promise<void> | undefined;

  static async start(
    limits: Partial<CaptureLimits> = {},
    more: Partial<CameraFeedModuleOptions> = {},
  ): Promise<Gateway> {
    const gateway = new Gateway();
    const options = { landmarkForwarder: gateway.extractor, sessionValidator: gateway.sessions, limits, ...more };
    const module = await Test.createTestingModule({ imports: [CameraFeedModule.forRoot(options)] })
      .overrideProvider(Clock)
      .useValue(gateway.clock)
      .overrideProvider(CHANCE)
      .useValue(() => gateway.chance)
      .compile();
    gateway.app = module.createNestApplication({ logger: false });
    gateway.#adapter = new WatchedWsAdapter(gateway.app);
    gateway.app.useWebSocketAdapter(gateway.#adapter);
    await gateway.app.listen(0, '127.0.0.1');
    gateway.port = (gateway.server.address() as AddressInfo).port;
    gateway.repository = gateway.app.get(CaptureRepository);
    const captures = gateway.app.get(CaptureService);
    const receive = captures.receive.bind(captures);
    captures.receive = (connection_key, event) => {
      receive(connection_key, event);
      gateway.#decided.emit(event.type);
    };
    return gateway;
  }

  get server(): Server {
    return this.app.getHttpServer() as Server;
  }

  url(path: string = CAPTURE_PATHS[0]): string {
    return `ws://127.0.0.1:${this.port}${path}`;
  }

  connect(path?: string, protocols?: string[]): Promise<CaptureSocketClient> {
    return CaptureSocketClient.connect(this.url(path), protocols);
  }

  /** A client whose capture the extractor has accepted, and whose socket is read again. */
  async capturing(overrides: Parameters<CaptureSocketClient['open']>[0] = {}): Promise<CaptureSocketClient> {
    const client = await this.connect();
    const reading = this.resumed();
    client.open(overrides);
    await reading;
    return client;
  }

  /** The next time the server stops reading a socket; ask before the act that brings it about. */
  async paused(): Promise<void> {
    await once(this.#adapter.events, 'paused');
  }

  /** The next time the server reads a socket again; ask before the act that brings it about. */
  async resumed(): Promise<void> {
    await once(this.#adapter.events, 'resumed');
  }

  /** Whether the server reads none of what a client still sends. */
  get holdsBack(): boolean {
    return this.#adapter.paused.size > 0;
  }

  /** Resolves once no connection is left. */
  async idle(): Promise<void> {
    while (this.repository.size > 0) await setImmediate();
  }

  /** Tells the server to stop, as SIGTERM does; resolves when it has. */
  stopping(): Promise<void> {
    return (this.#stopped ??= this.app.close());
  }

  /** Resolves with the answer to a handshake once the server, told to stop, refuses it. */
  async refusal(): Promise<string> {
    for (;;) {
      try {
        const client = await this.connect();
        await client.closed;
      } catch (error) {
        return (error as Error).message;
      }
    }
  }

  /**
   * The next message of this type the server decides, and what follows from it at once; call it before the act that sends
   * the message. Only then may the clock be moved.
   */
  async next(type: ClientEvent['type']): Promise<void> {
    await once(this.#decided, type);
    await setImmediate();
  }

  async stop(): Promise<void> {
    terminateClients();
    const stopping = this.stopping();
    // what a test left unanswered is given up in time, and only here does time pass by itself
    while (await Promise.race([stopping.then(() => false), setImmediate(true)])) this.clock.advance(1_000);
  }
}
