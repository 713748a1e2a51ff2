import { CloseCode } from '@a3cp/camera-feed';
import { CAPTURE_ERROR_CODES, DOWNSTREAM_ONLY_ERROR_CODES } from '@a3cp/capture-protocol';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { UPGRADE_REFUSALS } from '../../apps/camera-feed/src/admission/upgrade-refusal.js';
import { REJECTION_CAUSES } from '../../apps/camera-feed/src/observability/capture-verdict.js';

interface Rules {
  readonly groups: { readonly rules: { readonly alert: string; readonly annotations: Record<string, string> }[] }[];
}

const ROOT = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docs/runbook.md', ROOT), 'utf8');
const [, admission = ''] = readFileSync(new URL('PROTOCOL.md', ROOT), 'utf8').split('\n## Admission\n');
const rules = parse(readFileSync(new URL('deploy/prometheus/alerts.yml', ROOT), 'utf8')) as Rules;
const alerts = rules.groups.flatMap((group) => group.rules);

/** The text below each heading of the third level, by the heading without its marks. */
const sections = new Map(
  text.split(/^###? /m).map((section): [string, string] => {
    const [heading = '', ...body] = section.split('\n');
    return [heading.replaceAll('`', ''), body.join('\n').trim()];
  }),
);

/** Says what it means, what to look at and what to do; or where that is said. */
function expectSection(name: string): void {
  const section = sections.get(name);
  expect([name, section]).toEqual([name, expect.stringMatching(/^\S/)]);
  if (!(section ?? '').startsWith('See [') && !(section ?? '').includes(': see [')) {
    expect(section).toMatch(/^- Look at/m);
    expect(section).toMatch(/^- (Do:|Look at and do:)/m);
  }
}

describe('docs/runbook.md has a section', () => {
  const codes = [...CAPTURE_ERROR_CODES, ...DOWNSTREAM_ONLY_ERROR_CODES, ...REJECTION_CAUSES];
  it.each([...new Set(codes)])('for the code %s', (code) => expectSection(code));

  it.each(Object.values(CloseCode).filter((code) => typeof code === 'number'))('for the close code %i', (code) =>
    expectSection(String(code)),
  );

  it.each(
    [...(admission.split('\n## ')[0] ?? '').matchAll(/^\|.*\| ([45]\d\d) +\|/gm)].map(([, status = '']) => status),
  )('for the answer %s to an upgrade', (status) => expectSection(status));

  it.each(alerts.map(({ alert }) => alert))('for the alert %s', (alert) => expectSection(alert));
});

it.each(alerts)('$alert leads to its section', ({ alert, annotations }) => {
  expect(annotations['runbook']).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
});

it('every reason for a refused upgrade is named under its status', () => {
  for (const [reason, { status }] of Object.entries(UPGRADE_REFUSALS)) {
    expect(sections.get(String(status))).toContain(`\`${reason}\``);
  }
});

it('every alert it has a section for is one', () => {
  const named = [...sections.keys()].filter((heading) => heading.startsWith('CameraFeed'));
  expect(named.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});

it('its links lead to its own headings', () => {
  const anchors = [...text.matchAll(/^##+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, anchor] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor);
});
