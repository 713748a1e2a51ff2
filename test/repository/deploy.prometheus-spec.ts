import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { GatewayProcess } from '../support/gateway-process.js';
import { Platform } from '../support/platform.js';
import { killServices } from '../support/service-process.js';

const ROOT = new URL('../../', import.meta.url);
const PROMETHEUS = 'deploy/prometheus/';

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

interface Dashboard {
  readonly panels: { readonly targets?: readonly { readonly expr: string }[] }[];
}

/** Prometheus' own tool; returns `fine`, or what it finds wrong. */
function promtool(args: string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, {
    cwd: fileURLToPath(ROOT),
    input,
    encoding: 'utf8',
  });
  if (error) throw error;
  return status === 0 ? 'fine' : stdout + stderr;
}

/** What promtool says of these rules, which it reads from a file only. */
function checkRules(rules: readonly object[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'rules-'));
  try {
    const file = join(directory, 'rules.json');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    return promtool(['check', 'rules', file]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('promtool', () => {
  it('takes the configuration and the alert rules', () => {
    expect(promtool(['check', 'config', `${PROMETHEUS}prometheus.yml`])).toBe('fine');
    expect(promtool(['check', 'rules', `${PROMETHEUS}alerts.yml`])).toBe('fine');
  });

  it('sees each alert fire on what it is for, and none on a good day', () => {
    expect(promtool(['test', 'rules', `${PROMETHEUS}alerts.test.yml`])).toBe('fine');
    const rules = parse(read(`${PROMETHEUS}alerts.yml`)) as { groups: { rules: { alert: string }[] }[] };
    const tests = read(`${PROMETHEUS}alerts.test.yml`);
    for (const { alert } of rules.groups.flatMap((group) => group.rules)) expect(tests).toContain(`"${alert}"`);
  });

  it('understands every query of the dashboard', () => {
    const { panels } = JSON.parse(read('deploy/grafana/dashboards/camera-feed.json')) as Dashboard;
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(20);
    const rules = queries.map((expr, n) => ({ record: `query:${n}`, expr: expr.replaceAll('$__rate_interval', '5m') }));
    expect(checkRules(rules)).toBe('fine');
    // the check itself can fail
    expect(checkRules([{ record: 'query', expr: 'sum(' }])).not.toBe('fine');
  });

  it('finds the conventions of Prometheus kept by a gateway', async () => {
    const platform = await Platform.start();
    const gateway = await GatewayProcess.start(platform.env);
    const exposed = await (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text();
    await killServices();
    await platform.stop();
    expect(exposed).toContain('a3cp_camera_feed_');
    expect(promtool(['check', 'metrics'], exposed)).toBe('fine');
  });
});
