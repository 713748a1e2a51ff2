import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket, WebSocketServer } from 'ws';

// Every work-around for Nest's WebSocket adapter. Each one was seen in Nest 11.1 and 12.1.

/** What of Nest's application knows the WebSocket adapter. */
interface ApplicationConfig {
  getIoAdapter(): unknown;
}

const NEEDS_WS_ADAPTER =
  'CameraFeedModule needs WsAdapter: call app.useWebSocketAdapter(new WsAdapter(app)) before the application starts';

/**
 * Refuses to start without Nest's `WsAdapter`. If an application has set no adapter, Nest looks for
 * `@nestjs/platform-socket.io`, and ends the process with a message about that package if it is not installed. Nest has no
 * hook between the choice of the adapter and its first use, so the check stands in for one call of `getIoAdapter`.
 */
export function requireWsAdapter(moduleRef: ModuleRef): void {
  const { applicationConfig } = (moduleRef as unknown as { container: { applicationConfig: ApplicationConfig } })
    .container;
  const getIoAdapter = applicationConfig.getIoAdapter.bind(applicationConfig);
  applicationConfig.getIoAdapter = () => {
    applicationConfig.getIoAdapter = getIoAdapter;
    const adapter = getIoAdapter();
    if (!isWsAdapter(adapter)) throw new Error(NEEDS_WS_ADAPTER);
    return adapter;
  };
}

/** Makes one gateway class for each path, since `WsAdapter` serves one path for each class. */
export function gatewaysAt(
  paths: readonly string[],
  Gateway: abstract new (...injected: never[]) => object,
): readonly Type[] {
  return paths.map((path) => {
    @WebSocketGateway({ path })
    class PathGateway extends Gateway {}
    return PathGateway;
  });
}

/**
 * Leaves a new socket to `onMessage` and `onError`. Right after a gateway has the socket, `WsAdapter` adds a listener that
 * reads every message as JSON, frames too, for handlers that the gateway does not have. It costs more than all that is done
 * with a frame here. `WsAdapter` also logs each error of a socket with its stack. All of them are the client's or the
 * network's, and must not fill the log.
 */
export function takeOver(
  socket: WebSocket,
  onMessage: (data: Buffer, isBinary: boolean) => void,
  onError: (error: Error & { code?: string }) => void,
): void {
  socket.on('message', onMessage);
  queueMicrotask(() => {
    for (const listener of socket.rawListeners('message')) {
      if (listener !== onMessage) socket.off('message', listener as typeof onMessage);
    }
  });
  socket.removeAllListeners('error');
  socket.on('error', onError);
}

/**
 * Resolves once every client is disconnected. Await it in `beforeApplicationShutdown`: after that hook Nest cuts what is still
 * connected, and a client that is cut off never sees its close code.
 */
export async function clientsGone(server: WebSocketServer | undefined): Promise<void> {
  const clients = [...(server?.clients ?? [])];
  await Promise.all(clients.map((client) => new Promise((closed) => client.once('close', closed))));
}

/** An application may have another copy of the package, so the name counts as well. */
function isWsAdapter(adapter: unknown): boolean {
  if (adapter instanceof WsAdapter) return true;
  for (let kind: unknown = adapter; typeof kind === 'object' && kind !== null; kind = Object.getPrototypeOf(kind)) {
    if (kind.constructor.name === 'WsAdapter') return true;
  }
  return false;
}
