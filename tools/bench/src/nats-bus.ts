import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Meter, reportTo } from './measured-server.js';

/** Debian puts it where only root looks. */
const PROGRAM = ['/usr/sbin/nats-server', '/usr/bin/nats-server'].find((path) => existsSync(path)) ?? 'nats-server';

/** What Linux counts processor time in. */
const TICK_US = 10_000;

// the server between gateway and extractor, with the garbage collector set as `deploy` sets it
const server = spawn(PROGRAM, ['-a', '127.0.0.1', '-p', '-1'], {
  env: { GOGC: '400' },
  stdio: ['ignore', 'ignore', 'pipe'],
});

/** Processor time of the server so far, microseconds; NaN where there is no /proc. */
function cpuUsage(): NodeJS.CpuUsage {
  const stat = `/proc/${server.pid}/stat`;
  if (!existsSync(stat)) return { user: NaN, system: NaN };
  // the 14th and the 15th field of proc(5), counted behind the name, which may have blanks
  const fields = readFileSync(stat, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return { user: Number(fields[11]) * TICK_US, system: Number(fields[12]) * TICK_US };
}

createInterface({ input: server.stderr }).on('line', (line) => {
  const [, port] = /Listening for client connections on \S+:(\d+)/.exec(line) ?? [];
  if (port !== undefined) reportTo(process, Number(port), new Meter({ frames: 0 }, cpuUsage));
});
server.on('error', (error) => {
  throw error;
});
process.prependListener('disconnect', () => {
  server.kill('SIGKILL');
});
