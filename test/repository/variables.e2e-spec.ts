import { expect, it } from '@jest/globals';
import { readConfig as readCameraFeed } from '../../apps/camera-feed/src/service/config.js';
import { readConfig as readRegistrar } from '../../apps/capture-registrar/src/config.js';
import { readConfig as readLandmarkExtractor } from '../../apps/landmark-extractor/src/config.js';
import { readConfig as readLocalStack } from '../../apps/local-stack/src/config.js';
import { readConfig as readSessionManager } from '../../apps/session-manager/src/config.js';

type Environment = Record<string, string>;

/** What each service cannot do without. */
const NATS = { NATS_URL: 'nats://127.0.0.1', LANDMARK_FORWARDER: 'nats' };

/** The variables that a service reads. */
function variablesOf(read: (env: Environment) => unknown): string[] {
  const asked = new Set<string>();
  const get = (env: Environment, name: string): string | undefined => {
    asked.add(name);
    return env[name];
  };
  read(new Proxy<Environment>(NATS, { get: get as ProxyHandler<Environment>['get'] & typeof get }));
  return [...asked];
}

const SERVICES = [
  ['the gateway', readCameraFeed],
  ['session_manager', readSessionManager],
  ['the extractor', readLandmarkExtractor],
  ['the registrar', readRegistrar],
] as const;

it.each(SERVICES)('%s does not start with a variable that resembles one of its own', (_service, read) => {
  const names = variablesOf(read).filter(({ length }) => length > 6);
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) {
    const misspelt = `${name.slice(0, 3)}${name.slice(4)}`;
    expect(() => read({ ...NATS, [misspelt]: 'x' })).toThrow(
      `${misspelt} is not a variable of this program; did you mean ${name}?`,
    );
  }
});

it('no variable of a service passes for a misspelt one of another', () => {
  const all = SERVICES.flatMap(([, read]) => variablesOf(read)).map((name) => [
    name,
    name in NATS ? NATS[name as keyof typeof NATS] : '',
  ]);
  for (const [, read] of SERVICES) expect(() => read(Object.fromEntries(all) as Environment)).not.toThrow();
});

it('`npm start` refuses what the services read and it does not', () => {
  const own = ['HOST', 'PORT', 'LANDMARK_THREADS', 'LANDMARK_FORWARDER'];
  const names = SERVICES.flatMap(([, read]) => variablesOf(read)).filter((name) => !own.includes(name));
  expect(names).toContain('CAPTURE_TICKET_SECRET');
  for (const name of names) {
    expect(() => readLocalStack({ [name]: '1' })).toThrow(`${name} must not be set for npm start`);
  }
});
