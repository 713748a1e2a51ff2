import type { Worker } from 'node:cluster';

/** A connection on its way from the primary to a worker. */
interface Handle {
  close(): void;
}

/** How node:cluster sends a message, which may come with a connection. */
type Send = (message: { readonly act?: unknown }, handle?: Handle, ...more: unknown[]) => boolean;

/**
 * Closes a connection that the primary gave to a worker, if the worker ended before it accepted. `node:cluster` (seen in Node.js
 * 20) forgets such a connection: the primary would keep it open, and the client would wait for an answer.
 */
export function closeHandedConnection(worker: Worker): void {
  const child = worker.process as unknown as { send: Send };
  const send = child.send.bind(child);
  let handed: Handle | undefined;
  child.send = (message, handle, ...more) => {
    // one at a time: the next one waits until the worker has accepted this one, whose handle is closed by then
    if (message.act === 'newconn') handed = handle;
    return send(message, handle, ...more);
  };
  worker.once('exit', () => handed?.close());
}
