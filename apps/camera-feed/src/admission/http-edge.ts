import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost } from '@nestjs/core';
import { GATEWAY_OPTIONS } from '@nestjs/websockets/constants';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';

/** The listener of this class, and that of `WsAdapter`. */
const OWN_UPGRADE_LISTENERS = 2;

/**
 * What the application's HTTP server does at the capture's paths and at paths nobody serves: proper answers in place of a
 * missing route and of a connection that is hung up without one. PROTOCOL.md, "Admission".
 */
@Injectable()
export class HttpEdge implements OnModuleInit, OnApplicationBootstrap {
  readonly #stray = new WeakSet<IncomingMessage>();

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly discovery: DiscoveryService,
  ) {}

  /** A controller would move with a host's global prefix, which the paths of gateways do not. */
  onModuleInit(): void {
    this.adapterHost.httpAdapter.use([...CAPTURE_PATHS], upgradeRequired);
  }

  /**
   * `WsAdapter` hangs up without an answer where no gateway has the path. It is shown a path that has one, and `isStray`
   * tells the gateway to answer in its place. A host whose server has more that listens for upgrades is left alone.
   */
  onApplicationBootstrap(): void {
    const paths = this.#gatewayPaths();
    const server = this.adapterHost.httpAdapter.getHttpServer() as Server;
    server.prependListener('upgrade', (request) => {
      if (paths.has(pathOf(request)) || server.listenerCount('upgrade') > OWN_UPGRADE_LISTENERS) return;
      this.#stray.add(request);
      request.url = CAPTURE_PATHS[0];
    });
  }

  /** Whether the request was for a path that nobody serves. */
  isStray(request: IncomingMessage): boolean {
    return this.#stray.has(request);
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

function pathOf({ url = '' }: IncomingMessage): string {
  const base = 'ws://any';
  return URL.canParse(url, base) ? new URL(url, base).pathname : '';
}

function upgradeRequired(_request: IncomingMessage, response: ServerResponse): void {
  const text = STATUS_CODES[426] ?? '';
  response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade', 'Content-Type': 'text/plain' }).end(text);
}
