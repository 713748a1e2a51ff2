import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ServerReport } from './measured-server.js';

/** Debian puts it where only root looks. */
const PROGRAM = ['/usr/sbin/nats-server', '/usr/bin/nats-server'].find((path) => existsSync(path)) ?? 'nats-server';

// the server between gateway and extractor, with the garbage collector set as `deploy` sets it
const server = spawn(PROGRAM, ['-a', '127.0.0.1', '-p', '-1'], {
  env: { GOGC: '400' },
  stdio: ['ignore', 'ignore', 'pipe'],
});
createInterface({ input: server.stderr }).on('line', (line) => {
  const [, port] = /Listening for client connections on \S+:(\d+)/.exec(line) ?? [];
  if (port !== undefined) process.send?.({ type: 'listening', port: Number(port) } satisfies ServerReport);
});
server.on('error', (error) => {
  throw error;
});
process.on('disconnect', () => {
  server.once('exit', () => process.exit());
  server.kill('SIGKILL');
});
