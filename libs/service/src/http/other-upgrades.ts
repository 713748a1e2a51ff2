import type { IncomingMessage, Server } from 'node:http';
import { Server as TlsServer } from 'node:tls';
import type { Duplex } from 'node:stream';

/** An option of Node.js since 22.21 and 24.9: which requests become an `upgrade` rather than a `request`. */
type ChoosyServer = Server & { shouldUpgradeCallback?: (request: IncomingMessage) => boolean };

/**
 * Answers a request with an `Upgrade` to anything but a WebSocket as if it had none, as RFC 9110 §7.8 allows. Java's HttpClient
 * and curl send `Upgrade: h2c` with every request. `isOthers` says which upgrades belong to another listener.
 */
export function ignoreOtherUpgrades(
  server: Server,
  isOthers: (request: IncomingMessage) => boolean = () => false,
): void {
  const upgrades = (request: IncomingMessage): boolean => offersWebSocket(request) || isOthers(request);
  const choosy: ChoosyServer = server;
  if (choosy.shouldUpgradeCallback === undefined) readAgain(server, upgrades);
  else choosy.shouldUpgradeCallback = (request) => server.listenerCount('upgrade') > 0 && upgrades(request);
}

/** For a Node.js without the option: takes the request off its listeners and gives it to the server once more, without the offer. */
function readAgain(server: Server, upgrades: (request: IncomingMessage) => boolean): void {
  const connection = server instanceof TlsServer ? 'secureConnection' : 'connection';
  const emit = server.emit.bind(server) as (event: string | symbol, ...values: unknown[]) => boolean;
  server.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    const [request, socket, head] = values as [IncomingMessage, Duplex, Buffer];
    if (event !== 'upgrade' || upgrades(request)) return emit(event, ...values);
    socket.unshift(Buffer.concat([withoutOffer(request), head]));
    return emit(connection, socket);
  };
}

function offersWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** The head of the request as it came, but for the offer. */
function withoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const [name = '', value = ''] = rawHeaders.slice(n, n + 2);
    if (name.toLowerCase() === 'connection') lines.push(`${name}: ${value.replace(/\bupgrade\b/gi, '')}`);
    else if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${value}`);
  }
  // the parser has read it as such
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
