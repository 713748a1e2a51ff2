import { SystemClock } from '@a3cp/capture-domain';
import { serveDirectStream } from '@a3cp/landmark-forwarders';
import { ScriptedExtractor } from '@a3cp/testing';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** What a gateway in a process of its own needs around it: every session is active, every frame is taken. */
export class Platform {
  readonly extractor = new ScriptedExtractor();
  readonly #sessions: Server;
  readonly #streams: WebSocketServer;
  #listening = { sessions: 0, streams: 0 };

  /** @param ports where it listens; 0 is a free one */
  private constructor(private readonly ports: { readonly sessions: number; readonly streams: number }) {
    const active = JSON.stringify({ status: 'active' });
    this.#sessions = createServer((request, response) => request.resume().on('end', () => response.end(active)));
    this.#streams = new WebSocketServer({ host: '127.0.0.1', port: ports.streams });
    this.#streams.on('connection', (socket) => {
      // a gateway that is killed loses its streams in whatever state they are
      serveDirectStream(socket, this.extractor, new SystemClock()).catch(() => undefined);
    });
  }

  static start(): Promise<Platform> {
    return new Platform({ sessions: 0, streams: 0 }).#listen();
  }

  /** Another platform, where this one was before it stopped. */
  startAgain(): Promise<Platform> {
    return new Platform(this.#listening).#listen();
  }

  /** The variables that tell a gateway where all this is. */
  get env(): Record<string, string> {
    return {
      SESSION_MANAGER_URL: `http://127.0.0.1:${this.#listening.sessions}`,
      LANDMARK_EXTRACTOR_URL: `ws://127.0.0.1:${this.#listening.streams}`,
    };
  }

  async #listen(): Promise<this> {
    this.#sessions.listen(this.ports.sessions, '127.0.0.1');
    await Promise.all([once(this.#sessions, 'listening'), once(this.#streams, 'listening')]);
    const port = (server: Server | WebSocketServer): number => (server.address() as AddressInfo).port;
    this.#listening = { sessions: port(this.#sessions), streams: port(this.#streams) };
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#streams.clients) socket.terminate();
    this.#sessions.closeAllConnections();
    this.#streams.close();
    this.#sessions.close();
    await Promise.all([once(this.#streams, 'close'), once(this.#sessions, 'close')]);
  }
}
