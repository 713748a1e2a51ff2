import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import process from 'node:process';
import { clearInterval, setInterval, setTimeout } from 'node:timers';

/**
 * Attackers of one address of their own, in a process of their own, that come back whenever the server hangs up. Told
 * `{ port, attacks }`, each attack bytes in base64: what is sent at once, what is sent twice a second, and for how many
 * milliseconds it stays away. Told `{ tell: true }`, tells how often the server refused them with which word: the status of
 * HTTP, or the error_code.
 */
const refusals = {};

process.on('message', ({ port, attacks = [], tell }) => {
  for (const attack of attacks) run(port, attack);
  if (tell) process.send(refusals);
});
process.on('disconnect', () => process.exit());

function run(port, attack) {
  const { first, trickle, away_ms } = attack;
  const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  let heard = '';
  socket.on('error', () => undefined);
  socket.on('data', (data) => (heard = (heard + data.toString('latin1')).slice(-4_000)));
  socket.write(Buffer.from(first, 'base64'));
  const timer = setInterval(() => trickle && socket.write(Buffer.from(trickle, 'base64')), 500);
  socket.once('close', () => {
    clearInterval(timer);
    const [, word] = /"error_code":"(\w+)"/.exec(heard) ?? /^HTTP\/1.1 ([45]\d\d)/.exec(heard) ?? [];
    if (word) refusals[word] = (refusals[word] ?? 0) + 1;
    setTimeout(() => run(port, attack), away_ms);
  });
}
