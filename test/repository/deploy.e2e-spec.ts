import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { dockerTarget } from '../support/dockerfile.js';
import { Exposition } from '../support/exposition.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { killServices } from '../support/service-process.js';
import { Platform } from '../support/platform.js';

const ROOT = new URL('../../', import.meta.url);
const DASHBOARD = 'deploy/grafana/dashboards/camera-feed.json';
const PROMETHEUS = 'deploy/prometheus/';

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

interface Dashboard {
  readonly uid: string;
  readonly panels: { readonly title: string; readonly datasource?: object }[];
}

describe('what a running gateway exposes', () => {
  let platform: Platform;
  let exposed: Exposition;
  let answer: Response;

  beforeAll(async () => {
    platform = await Platform.start();
    const gateway = await GatewayProcess.start(platform.env);
    answer = await fetch(`http://127.0.0.1:${gateway.port}/metrics`);
    exposed = new Exposition(await answer.text());
  });

  afterAll(async () => {
    await killServices();
    await platform.stop();
  });

  it("is text for Prometheus, under the gateway's prefix or those of every process", () => {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(exposed.names.length).toBeGreaterThan(20);
    for (const name of exposed.names) expect(name).toMatch(/^(a3cp_camera_feed|process|nodejs)_/);
  });

  it('has every metric of the runbook, and the dashboard every panel', () => {
    const runbook = read('docs/runbook.md');
    for (const [, name] of runbook.matchAll(/`(\w+_total)`/g))
      expect(exposed.names).toContain(`a3cp_camera_feed_${name}`);
    const titles = (JSON.parse(read(DASHBOARD)) as Dashboard).panels.map(({ title }) => title);
    const panels = [...runbook.matchAll(/(?<!\w)_([A-Z][^_\n]+)_(?!\w)/g)].map(([, title = '']) => title);
    expect(panels.length).toBeGreaterThan(10);
    for (const panel of panels) expect(titles).toContain(panel);
  });

  it.each([
    ...['process_cpu_seconds_total', 'process_start_time_seconds', 'process_resident_memory_bytes', 'process_open_fds'],
    ...['nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes'],
    ...[
      'nodejs_eventloop_active_seconds_total',
      'nodejs_gc_duration_seconds',
      'nodejs_version_info',
      'nodejs_active_handles',
    ],
  ])('has %s, as dashboards for Node.js know it', (name) => {
    expect(exposed.names).toContain(name);
  });

  it.each([DASHBOARD, `${PROMETHEUS}alerts.yml`, `${PROMETHEUS}alerts.test.yml`])('has every metric of %s', (path) => {
    const named = new Set(read(path).match(/\b(a3cp_camera_feed|process|nodejs)_\w+/g));
    expect(named.size).toBeGreaterThan(5);
    // a histogram without an observation has a type and no series yet
    const histograms = [...exposed.text.matchAll(/^# TYPE (\S+) histogram$/gm)].flatMap(([, name]) =>
      ['bucket', 'sum', 'count'].map((series) => `${name}_${series}`),
    );
    for (const name of named) expect([...exposed.names, ...histograms]).toContain(name);
  });

  it.each([DASHBOARD, `${PROMETHEUS}alerts.yml`, `${PROMETHEUS}alerts.test.yml`])('has every word of %s', (path) => {
    const matchers = read(path)
      .replaceAll('\\"', '"')
      .matchAll(/\b(outcome|error_code|reason|result|phase|kind)=~?"([^"]+)"/g);
    for (const [, label = '', words = ''] of matchers) {
      for (const word of words.split('|')) expect(exposed.text).toContain(`${label}="${word}"`);
    }
  });
});

describe('docker-compose.yml', () => {
  interface Service {
    readonly profiles?: string[];
    readonly volumes?: string[];
    readonly ports?: string[];
    readonly build?: { readonly target: string };
    readonly networks?: { readonly default: { readonly aliases: readonly string[] } };
    readonly depends_on?: unknown;
  }

  const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };

  it('has the files of the profile where they are mounted from, and they know one another', () => {
    for (const name of ['prometheus', 'grafana']) {
      expect(services[name]?.profiles).toEqual(['observability']);
      for (const volume of services[name]?.volumes ?? [])
        expect(volume).toMatch(/^\.\/deploy\/[\w/]+:\/etc\/[\w/]+:ro$/);
      for (const port of services[name]?.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
    const source = parse(read('deploy/grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: { url: string }[];
    };
    expect(source.datasources[0]?.url).toBe('http://prometheus:9090');
    const providers = parse(read('deploy/grafana/provisioning/dashboards/dashboards.yml')) as {
      providers: { options: { path: string } }[];
    };
    const mounted = services['grafana']?.volumes?.map((volume) => volume.split(':')[1]);
    expect(mounted).toContain(providers.providers[0]?.options.path);
  });

  it('has Prometheus find the gateways of every profile, whichever of them runs', () => {
    const gateways = Object.entries(services).filter(([, { build }]) => build?.target === 'camera-feed');
    const { scrape_configs } = parse(read(`${PROMETHEUS}prometheus.yml`)) as {
      scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[];
    };
    const found = scrape_configs.flatMap(({ dns_sd_configs }) =>
      dns_sd_configs.flatMap(({ names, port }) => names.map((name) => [name, String(port)])),
    );
    expect(scrape_configs.map(({ job_name }) => job_name)).toEqual(['camera-feed']);
    const known = gateways.map(([name, { networks }]) =>
      JSON.stringify([networks?.default.aliases[0] ?? name, dockerTarget('camera-feed').port]),
    );
    expect(found.map((one) => JSON.stringify(one))).toEqual([...new Set(known)].sort());
    // or it would start a gateway that nobody asked for
    expect(services['prometheus']?.depends_on).toBeUndefined();
  });
});
