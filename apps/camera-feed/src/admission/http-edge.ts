import { CAPTURE_LIMITS, type CaptureLimits, Clock, PeerLog } from '@a3cp/capture-domain';
import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { answerFirst, ignoreOtherUpgrades, upgradeAnswerers, watchUpgrades } from '@a3cp/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost } from '@nestjs/core';
import { GATEWAY_OPTIONS } from '@nestjs/websockets/constants.js';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/**
 * Answers at the capture's paths and at unserved paths, where Nest has no route or closes the connection without an answer.
 * Closes connections that request nothing. Without HTTP in the application, it logs that no capture can be received. PROTOCOL.md,
 * "Admission".
 */
@Injectable()
export class HttpEdge implements OnApplicationBootstrap {
  readonly #stray = new WeakSet<IncomingMessage>();

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly discovery: DiscoveryService,
    private readonly clock: Clock,
    @Inject(CAPTURE_LIMITS) private readonly limits: CaptureLimits,
  ) {
    answerFirst(adapterHost, '*', CAPTURE_PATHS, upgradeRequired);
  }

  onApplicationBootstrap(): void {
    const server = this.#adapter?.getHttpServer() as Server | undefined;
    if (!server) {
      new PeerLog(HttpEdge.name, this.clock).warn(
        'CameraFeedModule takes no captures here: the application has no HTTP server',
      );
      return;
    }
    this.#limitWaiting(server);
    this.#answerStrays(server);
    ignoreOtherUpgrades(server, () => hasOtherListeners(server));
  }

  /** Whether no gateway serves the request's path. */
  isStray(request: IncomingMessage): boolean {
    return this.#stray.has(request);
  }

  /** An application without HTTP, such as a command that imports the platform's modules, has none. */
  get #adapter(): HttpAdapterHost['httpAdapter'] | null {
    return this.adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | null;
  }

  /** Node.js by itself looks for late requests every 30 s only. */
  #limitWaiting(server: Server): void {
    const { upgrade_timeout_ms } = this.limits;
    const waiting = new WeakMap<Socket, () => void>();
    const asked = ({ socket }: IncomingMessage): void => waiting.get(socket)?.();
    server.headersTimeout = Math.min(server.headersTimeout, upgrade_timeout_ms);
    server.prependListener(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      if (waiting.has(socket)) return;
      const stop = this.clock.every(upgrade_timeout_ms, () => socket.destroy());
      waiting.set(socket, stop);
      socket.once('close', stop);
    });
    server.prependListener('request', asked);
    watchUpgrades(server, asked);
  }

  /**
   * `WsAdapter` closes the connection without an answer if no gateway has the path. So it receives a path that has one, and
   * `isStray` makes the gateway answer. Does nothing if the host's server has other listeners for upgrades.
   */
  #answerStrays(server: Server): void {
    const paths = this.#gatewayPaths();
    watchUpgrades(server, (request) => {
      if (paths.has(pathOf(request)) || hasOtherListeners(server)) return;
      this.#stray.add(request);
      request.url = CAPTURE_PATHS[0];
    });
  }

  #gatewayPaths(): ReadonlySet<string> {
    const paths = new Set<string>();
    for (const { metatype } of this.discovery.getProviders()) {
      const options = metatype && (Reflect.getMetadata(GATEWAY_OPTIONS, metatype) as { path?: string } | undefined);
      if (options) paths.add(`/${(options.path ?? '').replace(/^\/+|\/+$/g, '')}`);
    }
    return paths;
  }
}

/** Whether more than `WsAdapter` answers upgrades. */
function hasOtherListeners(server: Server): boolean {
  return upgradeAnswerers(server) > 1;
}

function pathOf({ url = '' }: IncomingMessage): string {
  const base = 'ws://any';
  return URL.canParse(url, base) ? new URL(url, base).pathname : '';
}

function upgradeRequired(_request: IncomingMessage, response: ServerResponse): void {
  const text = STATUS_CODES[426] ?? '';
  response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade', 'Content-Type': 'text/plain' }).end(text);
}
