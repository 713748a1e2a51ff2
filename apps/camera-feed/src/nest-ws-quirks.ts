import type { ModuleRef } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';

/** What of Nest's application knows the WebSocket adapter. */
interface ApplicationConfig {
  getIoAdapter(): unknown;
}

const NEEDS_WS_ADAPTER =
  'CameraFeedModule needs WsAdapter: call app.useWebSocketAdapter(new WsAdapter(app)) before the application starts';

/**
 * Refuses to start without Nest's `WsAdapter`. Where an application has set no adapter Nest 11 and 12 look for
 * `@nestjs/platform-socket.io`, and end the process with a message about that package if it is not installed. Nest has no
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

/** An application may have another copy of the package, so the name counts as well. */
function isWsAdapter(adapter: unknown): boolean {
  if (adapter instanceof WsAdapter) return true;
  for (let kind: unknown = adapter; typeof kind === 'object' && kind !== null; kind = Object.getPrototypeOf(kind)) {
    if (kind.constructor.name === 'WsAdapter') return true;
  }
  return false;
}
