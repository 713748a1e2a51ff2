import { SystemClock } from '@a3cp/capture-domain';
import { serveDirectStream } from '@a3cp/landmark-forwarders';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { ScriptedExtractor } from './scripted-extractor.js';

/** What a gateway in a process of its own needs around it: every session is active, every frame is taken. */
export class Platform {
  readonly extractor = new ScriptedExtractor();
  readonly #sessions: Server;
  readonly #streams: WebSocketServer;

  private constructor() {
    const active = JSON.stringify({ status: 'active' });
    this.#sessions = createServer((request, response) => request.resume().on('end', () => response.end(active)));
    this.#streams = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    this.#streams.on('connection', (socket) => {
      // a gateway that is killed loses its streams in whatever state they are
      serveDirectStream(socket, this.extractor, new SystemClock()).catch(() => undefined);
    });
  }

  static async start(): Promise<Platform> {
    const platform = new Platform();
    platform.#sessions.listen(0, '127.0.0.1');
    await Promise.all([once(platform.#sessions, 'listening'), once(platform.#streams, 'listening')]);
    return platform;
  }

  /** The variables that tell a gateway where all this is. */
  get env(): Record<string, string> {
    const port = (server: Server | WebSocketServer): number => (server.address() as AddressInfo).port;
    return {
      SESSION_MANAGER_URL: `http://127.0.0.1:${port(this.#sessions)}`,
      LANDMARK_EXTRACTOR_URL: `ws://127.0.0.1:${port(this.#streams)}`,
    };
  }

  async stop(): Promise<void> {
    for (const socket of this.#streams.clients) socket.terminate();
    this.#sessions.closeAllConnections();
    this.#streams.close();
    this.#sessions.close();
    await Promise.all([once(this.#streams, 'close'), once(this.#sessions, 'close')]);
  }
}
