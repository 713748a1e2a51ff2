import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';

/**
 * Attackers in a process of their own, so that what they do to it is not done to who waits for the outcome. Told
 * `{ port, attacks }`, each attack bytes in base64: what is sent once, again and again as fast as it is taken, or every
 * 200 ms. Tells `{ cut_off: true }` once the server has hung up on all of them.
 */
process.on('message', ({ port, attacks }) => {
  void Promise.all(attacks.map((attack) => run(port, attack))).then(() => process.send({ cut_off: true }));
});
process.on('disconnect', () => process.exit());

function run(port, { first, flood, trickle, reads }) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  if (reads) socket.resume();
  socket.write(Buffer.from(first, 'base64'));
  if (flood) writeOn(socket, Buffer.from(flood, 'base64'));
  // a socket that is not read sees the end of its connection when it writes
  const timer = setInterval(() => socket.write(Buffer.from(trickle ?? '', 'base64')), 200);
  return new Promise((closed) => {
    socket.once('close', () => {
      clearInterval(timer);
      closed();
    });
  });
}

function writeOn(socket, bytes) {
  const go = () => {
    while (socket.writable && socket.write(bytes)) continue;
  };
  socket.on('drain', go);
  go();
}
