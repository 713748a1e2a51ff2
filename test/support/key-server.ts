import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a key server may do instead of its work. */
export const MISBEHAVIOURS = [
  'is gone',
  'never answers',
  'answers a blank at a time, without end',
  'answers without end',
  'answers with 70 kB of keys',
  'answers with something that is no keys',
  'answers with 500 and without end',
  'redirects',
] as const;

/** Keys of 70 kB. */
const MANY = { keys: Array.from({ length: 70 }, (_, n) => ({ kty: 'oct', kid: `${n}`, k: 'x'.repeat(1_000) })) };

const CHUNK = ' '.repeat(65_536);

/** An authority's server of keys, which can misbehave. */
export class KeyServer {
  keys: object[] = [];
  behaves: (typeof MISBEHAVIOURS)[number] | 'answers' = 'answers';
  /** Requests so far. */
  asked = 0;
  readonly #server: Server;
  #over: (bytes: number) => void = () => undefined;

  private constructor() {
    this.#server = createServer((_request, response) => {
      this.asked += 1;
      const { socket } = response;
      response.once('close', () => this.#over(socket?.bytesWritten ?? 0));
      this.#answer(response);
    });
  }

  static async start(): Promise<KeyServer> {
    const server = new KeyServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get jwks_url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`;
  }

  /** Resolves when the next request is over, with how many bytes of its answer the system has taken. */
  over(): Promise<number> {
    return new Promise((resolve) => (this.#over = resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(response: ServerResponse): void {
    switch (this.behaves) {
      case 'answers':
        response.end(JSON.stringify({ keys: this.keys }));
        return;
      case 'is gone':
        response.destroy();
        return;
      case 'never answers':
        return;
      case 'answers a blank at a time, without end': {
        const timer = setInterval(() => response.write(' '), 50);
        response.once('close', () => clearInterval(timer));
        return;
      }
      case 'answers without end':
        writeOn(response);
        return;
      case 'answers with 70 kB of keys':
        response.end(JSON.stringify(MANY));
        return;
      case 'answers with something that is no keys':
        response.end('{"keys":7}');
        return;
      case 'answers with 500 and without end':
        response.writeHead(500);
        writeOn(response);
        return;
      case 'redirects':
        // back to where it would answer
        this.behaves = 'answers';
        response.writeHead(302, { location: this.jwks_url }).end();
    }
  }
}

/** Writes as fast as it is taken. */
function writeOn(response: ServerResponse): void {
  const go = (): void => {
    while (!response.destroyed && response.write(CHUNK)) continue;
  };
  response.on('drain', go);
  go();
}
