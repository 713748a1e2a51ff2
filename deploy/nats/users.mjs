// Makes the users of the NATS server: one for each gateway and each extractor, one for the registrar and one for
// session_manager. Each user may use only the subjects of its name. docs/services.md, "Users of the NATS server".
//
//   node deploy/nats/users.mjs [--gateways 20] [--extractors 20] [--server nats://nats:4222] [--folder deploy/nats/users]
//
// Writes users.conf, which nats-server.conf includes, and one file for each user: its NATS_URL, for `node --env-file=FILE`.
// A user that has a file keeps its password. To replace a password, delete the file and run the program again. To remove a
// user, run it with a smaller number.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '20' },
    extractors: { type: 'string', default: '20' },
    server: { type: 'string', default: 'nats://nats:4222' },
    folder: { type: 'string', default: fileURLToPath(new URL('users', import.meta.url)) },
  },
});

const CONFIGURATION = 'users.conf';

/** Sends nothing on its own, and answers each request once, within a minute. */
const ONLY_ANSWERS = { publish: { deny: '>' }, allow_responses: { max: 1, expires: '1m' } };

/** Asks for extractors, sends frames and claims captures under its own name. Receives its own answers and ends of sessions. */
const gateway = (name) => ({
  publish: { allow: [`a3cp.lx.v1.open.${name}`, `a3cp.lx.v1.w.*.*.${name}`, `a3cp.cl.v1.registrar.${name}`] },
  subscribe: { allow: [`_INBOX.${name}.>`, 'a3cp.session.v1.closed.*'] },
});

/** Receives opens only as one of the group, and frames only where its own name is in the subject. */
const extractor = (name) => ({
  ...ONLY_ANSWERS,
  subscribe: { allow: ['a3cp.lx.v1.open.* extractors', `a3cp.lx.v1.w.${name}.*.*`] },
});

const registrar = () => ({ ...ONLY_ANSWERS, subscribe: { allow: ['a3cp.cl.v1.registrar.*'] } });

const sessionManager = () => ({
  publish: { allow: ['a3cp.session.v1.closed.*'] },
  subscribe: { deny: '>' },
});

const users = new Map([
  ...several('camera-feed', count('gateways'), gateway),
  ...several('landmark-extractor', count('extractors'), extractor),
  ['capture-registrar', registrar],
  ['session-manager', sessionManager],
]);

mkdirSync(values.folder, { recursive: true });
// containers read single files of it, whatever their user; other users of this machine do not reach the files
chmodSync(values.folder, 0o700);
for (const file of readdirSync(values.folder)) {
  if (/^(camera-feed|landmark-extractor)-\d+$/.test(file) && !users.has(file)) rmSync(join(values.folder, file));
}
const authorization = { timeout: 2, users: [...users].map(([name, permissions]) => entry(name, permissions(name))) };
write(CONFIGURATION, `# Made by users.mjs.\nauthorization ${JSON.stringify(authorization, null, 2)}\n`);
process.stdout.write(`${values.folder}: ${users.size} users\n`);

/** A user of the configuration, whose file is written as well. */
function entry(user, permissions) {
  const password = passwordOf(user);
  const { protocol, host } = new URL(values.server);
  write(user, `NATS_URL=${protocol}//${user}:${password}@${host}\n`);
  return { user, password, permissions };
}

function passwordOf(name) {
  try {
    return /:(\w+)@/.exec(readFileSync(join(values.folder, name), 'utf8'))[1];
  } catch {
    return randomBytes(32).toString('hex');
  }
}

function write(file, text) {
  const path = join(values.folder, file);
  writeFileSync(path, text);
  chmodSync(path, 0o644);
}

function several(kind, total, permissions) {
  return Array.from({ length: total }, (_, index) => [`${kind}-${index}`, permissions]);
}

function count(option) {
  const text = values[option];
  if (!/^\d{1,4}$/.test(text)) throw new Error(`--${option} must be a whole number of at most 9999`);
  return Number(text);
}
