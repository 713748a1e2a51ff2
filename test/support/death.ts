import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * The moment, of `performance.now()`, at which a program that is killed is dead to everybody: when the system has closed its
 * sockets, which takes a busy machine a while.
 */
export async function death(port: number, kill: () => unknown): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  // a NATS server greets
  socket.on('error', () => undefined).resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  kill();
  await closed;
  return performance.now();
}
