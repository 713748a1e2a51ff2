// Readers of one path of an HTTP server in a process of their own, each on a connection of its own: told
// `{ port, path, readers, again }` they ask all at once, and with `again` anew until this process ends, as soon as their answer is
// over. Tells the status of each answer when its head is there.
import { Agent, get } from 'node:http';
import process from 'node:process';
import { setImmediate } from 'node:timers';

process.on('message', ({ port, path, readers, again }) => {
  const agent = new Agent({ keepAlive: true });
  const read = () => {
    const request = get({ host: '127.0.0.1', port, path, agent }, (answer) => {
      const retry_after = answer.headers['retry-after'] ?? null;
      process.send({ status: answer.statusCode, retry_after });
      answer.resume();
    });
    request.on('error', () => undefined);
    if (again) request.on('close', () => setImmediate(read));
  };
  for (let n = 0; n < readers; n++) read();
});
process.on('disconnect', () => process.exit());
