import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Namespace, Service } from 'kubernetes-models/v1';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseEnv } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig as readGatewayConfig } from '../../apps/camera-feed/src/service/config.js';
import { readConfig as readRegistrarConfig } from '../../apps/capture-registrar/src/config.js';
import { readConfig as readExtractorConfig } from '../../apps/landmark-extractor/src/config.js';
import { dockerTarget } from '../support/dockerfile.js';
import { makeUsers } from '../support/nats-server.js';

const DEPLOY = new URL('../../deploy/', import.meta.url);

/** What the manifests are made of; each validates itself against the schema of its version. */
const KINDS = {
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  StatefulSet,
};

interface Manifest {
  readonly apiVersion: string;
  readonly kind: keyof typeof KINDS;
  readonly metadata: { readonly name: string };
}

/** What an operator puts into the secret of who reads results. */
const RESULTS_SECRET = 's'.repeat(32);

/** What an operator makes of deploy/nats/users.mjs. */
let users: string;

beforeAll(() => {
  users = mkdtempSync(join(tmpdir(), 'nats-users-'));
  makeUsers(users);
});

afterAll(() => rmSync(users, { recursive: true }));

const files = readdirSync(new URL('k8s/', DEPLOY)).sort();
const manifests = files.flatMap((file) =>
  parseAllDocuments(readFileSync(new URL(`k8s/${file}`, DEPLOY), 'utf8')).map((document): [string, Manifest] => {
    const manifest = document.toJS() as Manifest;
    return [`${file}: ${manifest.kind} ${manifest.metadata.name}`, manifest];
  }),
);

/** What runs the pods of this name. */
function workload(name: string): Deployment | StatefulSet {
  const kinds = ['Deployment', 'StatefulSet'];
  const [, found] = manifests.find(([, { kind, metadata }]) => kinds.includes(kind) && metadata.name === name) ?? [];
  return found as unknown as Deployment | StatefulSet;
}

function autoscaler(name: string): HorizontalPodAutoscaler {
  const found = allOf<HorizontalPodAutoscaler>('HorizontalPodAutoscaler').find(
    ({ metadata }) => metadata?.name === name,
  );
  return found as HorizontalPodAutoscaler;
}

function allOf<Kind>(kind: Manifest['kind']): Kind[] {
  return manifests.filter(([, manifest]) => manifest.kind === kind).map(([, manifest]) => manifest as unknown as Kind);
}

/** What may reach a workload's pods over the network; null where no policy is about them, so that everything may. */
function letIn(name: string) {
  const { selector } = workload(name).spec ?? {};
  const policy = allOf<NetworkPolicy>('NetworkPolicy').find(({ spec }) =>
    isDeepStrictEqual(spec?.podSelector, selector),
  );
  if (!policy) return null;
  expect(policy.spec?.policyTypes).toEqual(['Ingress']);
  return policy.spec?.ingress ?? [];
}

/** The variables of a workload's one container: its image's, and what Kubernetes fills in for its first pod. */
function environment(name: string): Record<string, string> {
  const variables: Record<string, string> = name === 'nats' ? {} : { ...dockerTarget(name).environment };
  for (const { name: variable, value, valueFrom } of containerOf(name)?.env ?? []) {
    if (variable === 'LANDMARK_RESULTS_SECRET') {
      expect(valueFrom).toEqual({ secretKeyRef: { name: 'landmark-results', key: 'secret', optional: true } });
      variables[variable] = RESULTS_SECRET;
      continue;
    }
    if (valueFrom) expect(valueFrom).toEqual({ fieldRef: { fieldPath: 'metadata.name' } });
    variables[variable] = value ?? `${name}-0`;
  }
  return { ...variables, ...natsUrl(name, variables) };
}

/** What node reads by its --env-file, which has to be mounted from the secret of the users. */
function natsUrl(name: string, variables: Record<string, string>): Record<string, string> {
  const { command = [], volumeMounts = [] } = containerOf(name) ?? {};
  const { volumes = [] } = workload(name).spec?.template.spec ?? {};
  const [, file] = /--env-file=(\S+)/.exec(command.join(' ')) ?? [];
  if (file === undefined) return {};
  const mount = volumeMounts.find(({ mountPath }) => mountPath === file);
  expect(volumes).toEqual([{ name: mount?.name, secret: { secretName: 'nats-users' } }]);
  const key =
    mount?.subPath ?? mount?.subPathExpr?.replace(/\$\((\w+)\)/g, (_, other: string) => variables[other] ?? '');
  return parseEnv(readFileSync(join(users, key ?? ''), 'utf8')) as Record<string, string>;
}

function containerOf(name: string) {
  return workload(name).spec?.template.spec?.containers[0];
}

it.each(manifests)('%s is what the schema of its version says', (_name, manifest) => {
  const model = new KINDS[manifest.kind](manifest);
  expect({ apiVersion: model.apiVersion, kind: model.kind }).toMatchObject({
    apiVersion: manifest.apiVersion,
    kind: manifest.kind,
  });
  model.validate();
});

it('what the schema knows nothing of is refused', () => {
  const { spec, ...rest } = workload('camera-feed') as Deployment;
  expect(() => new Deployment({ ...rest, spec: { ...spec, template: 'none' } } as never).validate()).toThrow();
});

it('the kustomization names every manifest, and the very configuration of the server', () => {
  const { resources, configMapGenerator } = parse(readFileSync(new URL('kustomization.yaml', DEPLOY), 'utf8')) as {
    resources: string[];
    configMapGenerator: { files: string[] }[];
  };
  expect([...resources].sort()).toEqual(files.map((file) => `k8s/${file}`));
  for (const file of configMapGenerator.flatMap(({ files: named }) => named)) {
    expect(existsSync(new URL(file, DEPLOY))).toBe(true);
  }
});

it('the ingress lets captures through at every path of theirs, and nothing else', () => {
  const [, ingress] = manifests.find(([, { kind }]) => kind === 'Ingress') ?? [];
  const { spec } = ingress as unknown as Ingress;
  const paths = spec?.rules?.flatMap(({ http }) => http?.paths ?? []) ?? [];
  expect(paths.map(({ path }) => path)).toEqual([...CAPTURE_PATHS]);
  for (const { pathType } of paths) expect(pathType).toBe('Exact');
});

it('a gateway is not given more captures than docs/scaling.md has measured for a core', () => {
  const scaling = readFileSync(new URL('../docs/scaling.md', DEPLOY), 'utf8');
  const [, captures_of_a_core] = /^\| gateway, NATS .*\| (\d+) +\|$/m.exec(scaling) ?? [];
  const { metrics = [], minReplicas: pods = 0 } = autoscaler('camera-feed').spec ?? {};
  const captures = Number(metrics[0]?.pods?.target.averageValue);
  expect(captures).toBeGreaterThan(0);
  // also while an update replaces one of the fewest that there are
  expect((captures * pods) / (pods - 1)).toBeLessThanOrEqual(Number(captures_of_a_core));
});

const WORKLOADS = [...allOf<Deployment>('Deployment'), ...allOf<StatefulSet>('StatefulSet')]
  .map(({ metadata }) => metadata?.name ?? '')
  .sort();

it.each(WORKLOADS)('%s has no privileges and no account, and writes nowhere', (name) => {
  expect(workload(name).spec?.template.spec).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(containerOf(name)).toMatchObject({
    resources: {
      requests: { cpu: expect.anything(), memory: expect.anything() },
      limits: { memory: expect.anything() },
    },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  });
});

it.each(WORKLOADS.filter((name) => name !== 'nats'))(
  '%s runs its image, at the port that the image exposes',
  (name) => {
    const container = containerOf(name);
    const { images } = parse(readFileSync(new URL('kustomization.yaml', DEPLOY), 'utf8')) as {
      images: { name: string }[];
    };
    expect(container?.image).toBe(`a3cp-${name}`);
    expect(images.map((image) => image.name)).toContain(container?.image);
    expect(container?.ports).toMatchObject([{ containerPort: Number(dockerTarget(name).port) }]);
    expect(container?.command?.filter((word) => !word.startsWith('--env-file='))).toEqual(dockerTarget(name).command);
  },
);

describe('is reached over the network:', () => {
  it.each(WORKLOADS)('%s by nothing that its policy does not name', (name) => {
    expect(letIn(name)).not.toBeNull();
  });

  it('the gateway by the ingress controller and Prometheus, at its one port', () => {
    const [port] = containerOf('camera-feed')?.ports ?? [];
    const from = ['ingress-nginx', 'monitoring'].map((namespace) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    }));
    expect(letIn('camera-feed')).toEqual([{ from, ports: [{ port: port?.containerPort }] }]);
    expect(environment('camera-feed')['TRUSTED_PROXY_HOPS']).toBe('1');
  });

  it('the server by the programs that are told of it, and by a session_manager', () => {
    const values = [...WORKLOADS.filter((name) => 'NATS_URL' in environment(name)), 'session-manager'];
    const matchExpressions = [{ key: 'app.kubernetes.io/name', operator: 'In', values }];
    expect(letIn('nats')).toEqual([{ from: [{ podSelector: { matchExpressions } }], ports: [{ port: 4222 }] }]);
  });

  it.each(WORKLOADS.filter((name) => !['camera-feed', 'nats'].includes(name)))('%s by nobody', (name) => {
    expect(letIn(name)).toEqual([]);
  });
});

it('no manifest uses the direct transport, which would need LANDMARK_STREAM_SECRET on both sides', () => {
  for (const name of ['camera-feed', 'landmark-extractor']) {
    expect(environment(name)).toMatchObject({ LANDMARK_FORWARDER: 'nats' });
    expect(environment(name)).not.toHaveProperty('LANDMARK_EXTRACTOR_URL');
  }
});

describe('the programs understand what their manifests tell them:', () => {
  it('the gateway', () => {
    expect(readGatewayConfig(environment('camera-feed'))).toMatchObject({
      host: '0.0.0.0',
      forwarder: {
        transport: 'nats',
        nats_url: expect.stringMatching(/^nats:\/\/camera-feed-0:\w+@nats:4222$/),
      },
      admission: { trusted_proxy_hops: 1 },
    });
  });

  it('the extractor', () => {
    expect(readExtractorConfig(environment('landmark-extractor'))).toMatchObject({
      host: '0.0.0.0',
      results_secret: RESULTS_SECRET,
      forwarder: {
        transport: 'nats',
        nats_url: expect.stringMatching(/^nats:\/\/landmark-extractor-0:\w+@nats:4222$/),
      },
    });
  });

  it('the registrar', () => {
    expect(readRegistrarConfig(environment('capture-registrar'))).toMatchObject({
      host: '0.0.0.0',
      nats_url: expect.stringMatching(/^nats:\/\/capture-registrar:\w+@nats:4222$/),
    });
  });

  it.each(['camera-feed', 'landmark-extractor'])('each pod of %s has a user of its own name, and no other', (name) => {
    const { kind, spec } = workload(name) as StatefulSet;
    expect([kind, spec?.serviceName]).toEqual(['StatefulSet', name]);
    expect(containerOf(name)?.volumeMounts).toMatchObject([{ subPathExpr: '$(POD_NAME)', readOnly: true }]);
    const { maxReplicas = 0, scaleTargetRef } = autoscaler(name).spec ?? {};
    expect(scaleTargetRef).toMatchObject({ kind: 'StatefulSet', name });
    for (let ordinal = 0; ordinal < maxReplicas; ordinal++) {
      expect(readFileSync(join(users, `${name}-${ordinal}`), 'utf8')).toContain(`//${name}-${ordinal}:`);
    }
  });

  it('the server reads its users, and no program but it all of them', () => {
    expect(workload('nats').spec?.template.spec?.volumes).toEqual([
      {
        name: 'configuration',
        projected: {
          sources: [
            { configMap: { name: 'nats' } },
            { secret: { name: 'nats-users', items: [{ key: 'users.conf', path: 'users/users.conf' }] } },
          ],
        },
      },
    ]);
    for (const name of WORKLOADS.filter((other) => other !== 'nats')) {
      for (const { subPath, subPathExpr } of containerOf(name)?.volumeMounts ?? []) {
        expect(subPath ?? subPathExpr).toMatch(/^(\$\(POD_NAME\)|capture-registrar)$/);
      }
    }
  });

  it.each([
    // running captures, their end downstream, the close of a slow client
    ['camera-feed', 27 + 6 + 8],
    ['landmark-extractor', 27 + 6],
  ])('%s has %i s to let its captures finish', (name, needed_s) => {
    const { terminationGracePeriodSeconds = 0 } = workload(name).spec?.template.spec ?? {};
    const before_s = containerOf(name)?.lifecycle?.preStop?.sleep?.seconds ?? 0;
    expect(terminationGracePeriodSeconds - before_s).toBeGreaterThan(needed_s);
  });
});
