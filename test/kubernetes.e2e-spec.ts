import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { describe, expect, it } from '@jest/globals';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Namespace, Service } from 'kubernetes-models/v1';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig as readGatewayConfig } from '../apps/camera-feed/src/config.js';
import { readConfig as readRegistrarConfig } from '../apps/capture-registrar/src/config.js';
import { readConfig as readExtractorConfig } from '../apps/landmark-extractor/src/config.js';

const DEPLOY = new URL('../deploy/', import.meta.url);

/** What the manifests are made of; each validates itself against the schema of its version. */
const KINDS = { Deployment, HorizontalPodAutoscaler, Ingress, Namespace, NetworkPolicy, PodDisruptionBudget, Service };

interface Manifest {
  readonly apiVersion: string;
  readonly kind: keyof typeof KINDS;
  readonly metadata: { readonly name: string };
}

const files = readdirSync(new URL('k8s/', DEPLOY)).sort();
const manifests = files.flatMap((file) =>
  parseAllDocuments(readFileSync(new URL(`k8s/${file}`, DEPLOY), 'utf8')).map((document): [string, Manifest] => {
    const manifest = document.toJS() as Manifest;
    return [`${file}: ${manifest.kind} ${manifest.metadata.name}`, manifest];
  }),
);

function deployment(name: string): Deployment {
  const [, found] = manifests.find(([, { kind, metadata }]) => kind === 'Deployment' && metadata.name === name) ?? [];
  return found as unknown as Deployment;
}

function allOf<Kind>(kind: Manifest['kind']): Kind[] {
  return manifests.filter(([, manifest]) => manifest.kind === kind).map(([, manifest]) => manifest as unknown as Kind);
}

/** What may reach a deployment's pods over the network; null where no policy is about them, so that everything may. */
function letIn(name: string) {
  const { selector } = deployment(name).spec ?? {};
  const policy = allOf<NetworkPolicy>('NetworkPolicy').find(({ spec }) =>
    isDeepStrictEqual(spec?.podSelector, selector),
  );
  if (!policy) return null;
  expect(policy.spec?.policyTypes).toEqual(['Ingress']);
  return policy.spec?.ingress ?? [];
}

/** The variables of a deployment's one container, as Kubernetes fills them in. */
function environment(name: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { name: variable, value = 'from-a-secret' } of containerOf(name)?.env ?? []) {
    variables[variable] = value.replace(/\$\((\w+)\)/g, (_, other: string) => variables[other] ?? '');
  }
  return variables;
}

function containerOf(name: string) {
  return deployment(name).spec?.template.spec?.containers[0];
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
  const { spec, ...rest } = deployment('camera-feed');
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
  const [, autoscaler] =
    manifests.find(([, { kind, metadata }]) => kind === 'HorizontalPodAutoscaler' && metadata.name === 'camera-feed') ??
    [];
  const [metric] = (autoscaler as unknown as HorizontalPodAutoscaler).spec?.metrics ?? [];
  expect(Number(metric?.pods?.target.averageValue)).toBeGreaterThan(0);
  expect(Number(metric?.pods?.target.averageValue)).toBeLessThanOrEqual(Number(captures_of_a_core));
});

const DEPLOYMENTS = allOf<Deployment>('Deployment').map(({ metadata }) => metadata?.name ?? '');

it.each(DEPLOYMENTS)('%s has no privileges and no account, and writes nowhere', (name) => {
  expect(deployment(name).spec?.template.spec).toMatchObject({
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

describe('is reached over the network:', () => {
  it('the gateway by its clients, wherever they are', () => {
    expect(letIn('camera-feed')).toBeNull();
  });

  it('the server by the programs that are told of it, and by a session_manager', () => {
    const values = [...DEPLOYMENTS.filter((name) => 'NATS_URL' in environment(name)), 'session-manager'];
    const matchExpressions = [{ key: 'app.kubernetes.io/name', operator: 'In', values }];
    expect(letIn('nats')).toEqual([{ from: [{ podSelector: { matchExpressions } }], ports: [{ port: 4222 }] }]);
  });

  it.each(DEPLOYMENTS.filter((name) => !['camera-feed', 'nats'].includes(name)))('%s by nobody', (name) => {
    expect(letIn(name)).toEqual([]);
  });
});

describe('the programs understand what their manifests tell them:', () => {
  it('the gateway', () => {
    expect(readGatewayConfig(environment('camera-feed'))).toMatchObject({
      host: '0.0.0.0',
      nats_url: 'nats://gateway:from-a-secret@nats:4222',
      admission: { trusted_proxy_hops: 1 },
    });
  });

  it('the extractor', () => {
    expect(readExtractorConfig(environment('landmark-extractor'))).toMatchObject({
      host: '0.0.0.0',
      nats_url: 'nats://extractor:from-a-secret@nats:4222',
    });
  });

  it('the registrar', () => {
    expect(readRegistrarConfig(environment('capture-registrar'))).toMatchObject({
      host: '0.0.0.0',
      nats_url: 'nats://registrar:from-a-secret@nats:4222',
    });
  });

  it.each([
    // running captures, their end downstream, the close of a slow client
    ['camera-feed', 27 + 6 + 8],
    ['landmark-extractor', 27 + 6],
  ])('%s has %i s to let its captures finish', (name, needed_s) => {
    const { terminationGracePeriodSeconds = 0 } = deployment(name).spec?.template.spec ?? {};
    const before_s = containerOf(name)?.lifecycle?.preStop?.sleep?.seconds ?? 0;
    expect(terminationGracePeriodSeconds - before_s).toBeGreaterThan(needed_s);
  });
});
