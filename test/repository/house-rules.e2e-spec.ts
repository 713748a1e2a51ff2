import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import tseslint from 'typescript-eslint';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const eslint = new ESLint({
  cwd: ROOT,
  // the files of these tests need not exist, so there is nothing to take their types from
  overrideConfig: [tseslint.configs.disableTypeChecked],
  ruleFilter: ({ ruleId }) => ruleId.startsWith('house/'),
});

/** What the house objects to in `code`, were it in `file`. */
async function objections(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: file, warnIgnored: true });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

const WRONG: [file: string, code: string, rule: string][] = [
  ['libs/capture-protocol/src/messages.ts', "import '@a3cp/capture-domain';", 'protocol-imports'],
  ['libs/capture-protocol/src/messages.ts', "export * from 'rxjs';", 'protocol-imports'],
  ['libs/capture-protocol/src/messages.ts', "import type { URL } from 'node:url';", 'protocol-imports'],
  ['libs/capture-protocol/src/messages.ts', 'export const now = Date.now();', 'pure-code'],
  ['libs/capture-client/src/start-capture.ts', "import { once } from 'node:events';", 'client-imports'],
  ['libs/capture-client/src/start-capture.ts', "import type { Clock } from '@a3cp/capture-domain';", 'client-imports'],
  ['apps/capture-demo/src/main.ts', "import { map } from 'rxjs';", 'page-imports'],
  ['apps/capture-demo/src/overlay.ts', "import type { CaptureState } from '@a3cp/capture-domain';", 'page-imports'],

  ['libs/capture-domain/src/transition.ts', "import { Injectable } from '@nestjs/common';", 'domain-imports'],
  ['libs/capture-domain/src/transition.ts', "import { map } from 'rxjs';", 'domain-imports'],
  ['libs/capture-domain/src/transition.ts', "import { randomUUID } from 'node:crypto';", 'domain-imports'],
  ['libs/capture-domain/src/ports/landmark-forwarder.ts', "import '@a3cp/landmark-forwarders';", 'domain-imports'],
  ['libs/capture-domain/src/ports/clock.ts', "import { performance } from 'node:perf_hooks';", 'domain-imports'],
  ['libs/capture-domain/src/a-new-file.ts', "import { map } from 'rxjs';", 'domain-imports'],
  ['libs/capture-domain/src/forward-queue.ts', "import { Injectable } from '@nestjs/common';", 'domain-imports'],
  ['libs/capture-domain/src/capture.service.ts', "import { map } from 'rxjs';", 'domain-imports'],
  ['libs/capture-domain/src/capture.repository.ts', "import { ModuleRef } from '@nestjs/core';", 'domain-imports'],

  ['libs/session-clients/src/index.ts', "import '@a3cp/landmark-forwarders';", 'below'],
  ['libs/service/src/program.ts', "import '@a3cp/session-clients';", 'below'],
  ['libs/testing/src/index.ts', "import '@a3cp/service';", 'below'],
  ['libs/capture-domain/src/capture/state.ts', "import '../phases/idle.js';", 'domain-rooms'],
  ['libs/capture-domain/src/ports/clock.ts', "import '../capture.service.js';", 'domain-rooms'],
  ['libs/capture-domain/src/phases/idle.ts', "import '../transition.js';", 'domain-rooms'],
  ['libs/landmark-forwarders/src/direct/direct-framing.ts', "import '../nats/nats-framing.js';", 'transport-rooms'],
  ['apps/camera-feed/src/index.ts', "import './service/workers/primary.js';", 'module-rooms'],
  ['apps/camera-feed/src/observability/metrics.route.ts', "import '../service/config.js';", 'module-rooms'],

  ['libs/capture-domain/src/transition.ts', 'export const now = Date.now();', 'pure-code'],
  ['libs/capture-domain/src/transition.ts', 'export const now = new Date();', 'pure-code'],
  ['libs/capture-domain/src/transition.ts', 'export const now = Date();', 'pure-code'],
  ['libs/capture-domain/src/transition.ts', 'export const now = () => performance.now();', 'pure-code'],
  ['libs/capture-domain/src/transition.ts', 'export const one = Math.random();', 'pure-code'],
  ['libs/capture-domain/src/transition.ts', 'export const one = crypto.randomUUID();', 'pure-code'],
  ['libs/capture-domain/src/transition.ts', 'export const up = process.uptime();', 'pure-code'],
  ['libs/capture-domain/src/forward-queue.ts', 'setTimeout(() => undefined, 10);', 'pure-code'],
  ['libs/capture-domain/src/capture.service.ts', 'globalThis.setInterval(() => undefined, 10);', 'pure-code'],
  ['libs/capture-domain/src/capture.service.ts', 'setImmediate(() => undefined);', 'pure-code'],
  ['libs/capture-domain/src/capture.service.ts', 'export const late = AbortSignal.timeout(10);', 'pure-code'],

  ['apps/camera-feed/src/camera-feed.module.ts', "import { WebSocketServer } from 'ws';", 'ws'],
  ['apps/camera-feed/src/dto/decode-message.ts', "import type { RawData } from 'ws';", 'ws'],
  ['apps/landmark-extractor/src/reference-extractor.ts', "import { WebSocket } from 'ws';", 'ws'],
  ['apps/session-manager/src/session-registry.ts', "import { WebSocket } from 'ws';", 'ws'],
  ['libs/landmark-forwarders/src/in-process/in-process-landmark-forwarder.ts', "import { WebSocket } from 'ws';", 'ws'],
  ['apps/camera-feed/src/service/app.module.ts', "import { connect } from '@nats-io/transport-node';", 'nats'],
  ['apps/camera-feed/src/gateway/camera-feed.gateway.ts', "import { IsUUID } from 'class-validator';", 'dto'],
  ['apps/session-manager/src/session-manager.controller.ts', "import { Type } from 'class-transformer';", 'dto'],
  ['libs/landmark-forwarders/src/direct/direct-framing.ts', "import 'class-transformer/storage';", 'dto'],
  ['apps/camera-feed/src/gateway/camera-feed.gateway.ts', "import { writeFileSync } from 'node:fs';", 'no-files'],
  ['apps/landmark-extractor/src/frame-luma.ts', "import { writeFile } from 'fs/promises';", 'no-files'],
  ['apps/landmark-extractor/src/landmarks/picture.ts', "import { readFileSync } from 'node:fs';", 'no-files'],
  ['libs/landmark-forwarders/src/direct/direct-framing.ts', "import * as fs from 'fs';", 'no-files'],
  ['apps/session-manager/src/session-registry.ts', "export { readFile } from 'node:fs/promises';", 'no-files'],
  ['apps/camera-feed/src/service/app.module.ts', "export const port = process.env['PORT'];", 'environment'],
  ['apps/camera-feed/src/service/main.ts', 'export const { env } = process;', 'environment'],
  ['libs/landmark-forwarders/src/config.ts', 'export const env = process.env;', 'environment'],
  ['tools/bench/src/main.ts', 'export const env = process.env;', 'environment'],
  ['tools/contract/src/main.ts', 'export const env = process.env;', 'environment'],
  ['tools/soak/src/main.ts', 'export const env = process.env;', 'environment'],
  ['tools/networks/src/main.ts', 'export const env = process.env;', 'environment'],
  ['apps/camera-feed/src/service/app.module.ts', "import { env } from 'node:process';", 'environment-import'],
  ['apps/camera-feed/src/service/app.module.ts', 'await app.listen(3000);', 'listen'],
  ['libs/landmark-forwarders/src/direct/direct-stream-server.ts', 'server.listen(0);', 'listen'],
  ['apps/camera-feed/src/gateway/camera-feed.gateway.ts', "console.log('a frame');", 'console'],
  ['apps/camera-feed/src/gateway/capture-socket.ts', "import { Logger } from '@nestjs/common';", 'no-logging'],
  ['apps/camera-feed/src/gateway/capture-socket.ts', "import * as nest from '@nestjs/common';", 'no-logging'],
  [
    'libs/landmark-forwarders/src/direct/direct-framing.ts',
    "export { ConsoleLogger } from '@nestjs/common';",
    'no-logging',
  ],
  ['libs/capture-domain/src/capture.repository.ts', "import { Logger as L } from '@nestjs/common';", 'no-logging'],
  ['apps/session-manager/src/session-end-notifier.ts', "import { Logger } from '@nestjs/common';", 'no-logging'],
  ['libs/landmark-forwarders/src/direct/direct-framing.ts', "process.stdout.write('a frame');", 'no-output'],
  ['apps/camera-feed/src/gateway/capture-socket.ts', 'export const { stderr } = process;', 'no-output'],
  ['libs/capture-client/src/start-capture.ts', "console.error('oh');", 'console'],

  ['apps/camera-feed/src/camera-feed.module.ts', "import '@a3cp/service/program';", 'module-imports'],
  ['apps/camera-feed/src/index.ts', "export * from '@a3cp/landmark-forwarders/nats';", 'module-imports'],
  ['apps/camera-feed/src/admission/http-edge.ts', "import '@nestjs/platform-express';", 'module-imports'],
  ['libs/landmark-forwarders/src/index.ts', "import '@a3cp/camera-feed';", 'apps'],
  ['libs/landmark-forwarders/src/a.spec.ts', "import '@a3cp/landmark-extractor';", 'apps'],
  ['apps/camera-feed/src/service/app.module.ts', "import '@a3cp/session-manager';", 'apps'],
  ['apps/capture-cli/src/main.ts', "import '@a3cp/local-stack';", 'apps'],
  ['tools/conformance/src/run.ts', "import '@a3cp/camera-feed';", 'apps'],
  ['libs/testing/src/index.ts', "import '@a3cp/conformance';", 'tools'],
  ['apps/local-stack/src/main.ts', "import '@a3cp/conformance';", 'tools'],
  ['apps/camera-feed/src/service/app.module.ts', "import '@a3cp/capture-domain/dist/clock.js';", 'index-only'],
  ['apps/local-stack/src/main.ts', "import '@a3cp/capture-domain/src/clock.js';", 'index-only'],
  ['test/any.e2e-spec.ts', "import '@a3cp/capture-domain/src/clock.js';", 'index-only'],
  ['libs/service/src/index.ts', "import '../../../apps/camera-feed/src/index.js';", 'own-package'],
  ['apps/camera-feed/src/dto/decode-message.ts', "import '../../../session-manager/src/index.js';", 'own-package'],
  ['apps/camera-feed/src/index.ts', "import '../../../test/support/jpeg.js';", 'own-package'],
  ['apps/camera-feed/src/a.spec.ts', "import '../../../libs/service/src/index.js';", 'own-package'],
  ['tools/bench/src/load.ts', "import '../../../libs/service/src/index.js';", 'own-package'],
  ['tools/contract/src/openapi.ts', "import '../../../apps/camera-feed/src/index.js';", 'own-package'],
  ['tools/soak/src/soak.ts', "import '../../../apps/camera-feed/src/index.js';", 'own-package'],
  ['tools/networks/src/main.ts', "import '../../../libs/capture-client/src/index.js';", 'own-package'],
  ['apps/camera-feed/src/service/app.module.ts', "await import('ws');", 'static-imports'],
];

const RIGHT: [file: string, code: string][] = [
  ['libs/capture-protocol/src/messages.ts', "import './paths.js';"],
  ['libs/capture-client/src/start-capture.ts', "import '@a3cp/capture-protocol'; export const now = new Date();"],
  ['libs/capture-client/src/start-capture.spec.ts', "import 'ws'; import 'node:events';"],
  ['apps/capture-demo/src/main.ts', "import './style.css'; import '@a3cp/capture-client'; import './page-view.js';"],
  ['libs/capture-domain/src/transition.ts', "import './phases/idle.js'; import '@a3cp/capture-protocol';"],
  ['libs/capture-domain/src/phases/ending.ts', 'export const at = (time: number) => new Date(time);'],
  ['libs/capture-domain/src/forward-queue.ts', "import 'rxjs'; import './capture/forward-item.js';"],
  [
    'libs/capture-domain/src/watching/peer-log.ts',
    "import { Logger } from '@nestjs/common'; import '../ports/clock.js';",
  ],
  ['libs/capture-domain/src/capture.repository.ts', "import '@nestjs/common'; import '@a3cp/capture-protocol';"],
  [
    'libs/capture-domain/src/ports/clock.ts',
    'export const now = [performance.now(), new Date(), setInterval(() => 1, 1)];',
  ],
  ['libs/capture-domain/src/ports/clock.spec.ts', "import 'node:fs'; export const now = Date.now();"],
  ['libs/landmark-forwarders/src/direct/direct-landmark-forwarder.ts', "import 'ws'; import '@a3cp/capture-domain';"],
  ['libs/landmark-forwarders/src/nats/nats-stream.ts', "import type { Msg } from '@nats-io/transport-node';"],
  ['apps/camera-feed/src/gateway/camera-feed.gateway.ts', "import type { WebSocket } from 'ws'; import '../dto/a.js';"],
  [
    'apps/camera-feed/src/gateway/capture-socket.ts',
    "import type { RawData } from 'ws'; import { Injectable } from '@nestjs/common';",
  ],
  [
    'apps/camera-feed/src/dto/a.dto.ts',
    "import 'class-validator'; import 'class-transformer'; import '../gateway/close-code.js';",
  ],
  ['libs/testing/src/index.ts', "import '@a3cp/capture-domain'; import '@a3cp/landmark-forwarders';"],
  ['libs/capture-domain/src/phases/idle.ts', "import '../capture/state.js'; import './ending.js';"],
  ['libs/landmark-forwarders/src/nats/nats-framing.ts', "import '../direct/direct-framing.js';"],
  ['apps/camera-feed/src/service/main.ts', "import './workers/primary.js'; import '../camera-feed.module.js';"],
  ['apps/camera-feed/src/service/config.ts', 'export const env = process.env;'],
  [
    'apps/camera-feed/src/service/app.module.ts',
    "import '@a3cp/landmark-forwarders/nats'; import '@a3cp/service/program';",
  ],
  ['apps/camera-feed/src/service/main.ts', "await app.listen(3000); console.error('no');"],
  ['apps/camera-feed/src/a.spec.ts', "import '../../../test/support/jpeg.js'; server.listen(0);"],
  ['apps/camera-feed/src/dto/a.spec.ts', "import '../../../../test/support/jpeg.js';"],
  ['apps/landmark-extractor/src/landmark-extractor.gateway.ts', "import type { WebSocket } from 'ws';"],
  ['apps/landmark-extractor/src/landmarks/package-files.ts', "import { readFileSync } from 'node:fs';"],
  ['apps/local-stack/src/app.module.ts', "import '@a3cp/camera-feed'; import '@a3cp/session-manager';"],
  ['apps/capture-cli/src/run.ts', "import 'ws'; import 'node:fs/promises'; console.log('sent');"],
  ['tools/bench/src/main.ts', "import '@a3cp/camera-feed'; import 'ws'; console.log('frames'); server.listen(0);"],
  ['test/any.e2e-spec.ts', "import '@a3cp/camera-feed'; import 'ws'; import 'node:fs'; await import('rxjs');"],
];

describe('who may import whom', () => {
  it.each(WRONG)('%s may not %j', async (file, code, rule) => {
    expect(await objections(file, code)).toEqual([`house/${rule}`]);
  });

  it.each(RIGHT)('%s may %j', async (file, code) => {
    expect(await objections(file, code)).toEqual([]);
  });

  it('each rule of the house is broken above', async () => {
    const configs = await Promise.all(
      WRONG.map(([file]) => eslint.calculateConfigForFile(file) as Promise<{ rules: Record<string, unknown> }>),
    );
    const rules = new Set(configs.flatMap((config) => Object.keys(config.rules)));
    const broken = new Set(WRONG.map(([, , rule]) => `house/${rule}`));

    expect([...rules].filter((rule) => rule.startsWith('house/') && !broken.has(rule))).toEqual([]);
  });
});

it('no source imports itself by way of others', () => {
  const imports = new Map(
    ['libs', 'apps', 'tools'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => /^[^/]+\/src\/.*\.ts$/.test(path) && !path.endsWith('.spec.ts'))
        .map((path): [string, string[]] => [join(ROOT, folder, path), importedBy(join(ROOT, folder, path))]),
    ),
  );
  expect(imports.size).toBeGreaterThan(300);
  expect(circle(imports)).toEqual([]);
  // the check itself can fail
  const round = { a: ['b'], b: ['c', 'a'], c: [] };
  expect(circle(new Map(Object.entries(round)))).toEqual(['a', 'b', 'a']);
});

/** The files that a source imports by their paths. */
function importedBy(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName.replace(/\.js$/, '.ts')));
}

/** The files of a circle, the first one again at its end; none where there is no circle. */
function circle(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const from = (file: string, way: readonly string[]): string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of imports.get(file) ?? []) {
      const found = from(next, [...way, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const found = from(file, []);
    if (found.length > 0) return found;
  }
  return [];
}
