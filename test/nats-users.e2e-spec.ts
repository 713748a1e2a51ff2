import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, rmSync, statSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { requireNatsUrl } from '@a3cp/landmark-forwarders/nats';
import { makeUsers } from './support/nats-server.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nats-users-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Of each user what its file says to its program, by way of `node --env-file`. */
function urls(): Record<string, string | undefined> {
  const users = readdirSync(folder).filter((file) => file !== 'users.conf');
  return Object.fromEntries(
    users.map((user) => [user, parseEnv(readFileSync(join(folder, user), 'utf8'))['NATS_URL']]),
  );
}

it('makes a user with a password of its own for each gateway and extractor, and for the other two', () => {
  makeUsers(folder, '--gateways', '2', '--extractors', '1');
  const made = urls();
  const names = ['camera-feed-0', 'camera-feed-1', 'landmark-extractor-0', 'capture-registrar', 'session-manager'];
  expect(Object.keys(made).sort()).toEqual(names.sort());
  const passwords = names.map((name) => new URL(made[name] ?? '').password);
  expect(new Set(passwords).size).toBe(names.length);
  const configuration = readFileSync(join(folder, 'users.conf'), 'utf8');
  for (const [index, name] of names.entries()) {
    expect(made[name]).toBe(`nats://${name}:${passwords[index]}@nats:4222`);
    expect(requireNatsUrl({ NATS_URL: made[name] })).toBe(made[name]);
    expect(passwords[index]).toMatch(/^[0-9a-f]{64}$/);
    expect(configuration).toContain(passwords[index]);
  }
});

it('keeps the passwords that there are, makes more users or fewer, and names another server', () => {
  makeUsers(folder, '--gateways', '2', '--extractors', '2');
  const before = urls();
  makeUsers(folder, '--gateways', '3', '--extractors', '1', '--server', 'tls://bus.example:4443');
  const after = urls();
  expect(after).toMatchObject({ 'camera-feed-2': expect.stringMatching(/^tls:/) });
  expect('landmark-extractor-1' in after).toBe(false);
  const here = (url: string | undefined) => url?.replace('tls://', 'nats://').replace('bus.example:4443', 'nats:4222');
  for (const user of ['camera-feed-0', 'camera-feed-1', 'landmark-extractor-0', 'session-manager']) {
    expect(here(after[user])).toBe(before[user]);
  }
});

it('makes another password for a user whose file is gone', () => {
  makeUsers(folder, '--gateways', '1', '--extractors', '0');
  const before = urls();
  rmSync(join(folder, 'camera-feed-0'));
  makeUsers(folder, '--gateways', '1', '--extractors', '0');
  const after = urls();
  expect(after['camera-feed-0']).not.toBe(before['camera-feed-0']);
  expect(after['capture-registrar']).toBe(before['capture-registrar']);
});

it('leaves alone what is no file of its own', () => {
  writeFileSync(join(folder, 'notes'), 'x');
  makeUsers(folder);
  expect(readFileSync(join(folder, 'notes'), 'utf8')).toBe('x');
});

it('lets no other user of the machine reach the files, and every user of a container read the one that it mounts', () => {
  makeUsers(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o644);
});

it.each([
  ['--gateways', 'many'],
  ['--extractors', '-1'],
  ['--server', 'bus'],
])('refuses %s=%s', (option, value) => {
  expect(() => makeUsers(folder, `${option}=${value}`)).toThrow();
});
