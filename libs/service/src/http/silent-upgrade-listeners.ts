import type { IncomingMessage, Server } from 'node:http';

/** Listeners for upgrades that never answer. They do not count as another WebSocket server. */
const SILENT = new WeakSet<object>();

/** Lets a listener see every upgrade of a server before any that answers it. */
export function watchUpgrades(server: Server, listener: (request: IncomingMessage) => void): void {
  SILENT.add(listener);
  server.prependListener('upgrade', listener);
}

/** How many listeners of a server can answer an upgrade. */
export function upgradeAnswerers(server: Server): number {
  return server.rawListeners('upgrade').filter((listener) => !SILENT.has(listener)).length;
}
