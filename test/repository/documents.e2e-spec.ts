import { NUMERIC_LIMITS } from '@a3cp/capture-domain';
import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = new URL('../../', import.meta.url);

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

const DOCUMENTS = ['', 'docs/', 'docs/integration/', 'assets/'].flatMap((directory) =>
  readdirSync(new URL(directory || '.', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => directory + name),
);

/** What stands between lines of three backquotes says nothing to a reader of the page. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^```[^]*?^```$/gm, '');
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(document: string): string[] {
  const headings = [...withoutCode(read(document)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(DOCUMENTS)('%s', (document) => {
  it('links to what there is', () => {
    const links = [...withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      const { protocol, pathname, hash } = new URL(link, new URL(document, ROOT));
      if (protocol !== 'file:') return false;
      const file = fileURLToPath(`file://${pathname}`);
      if (!existsSync(file)) return true;
      return hash !== '' && !anchorsOf(pathname.slice(ROOT.pathname.length)).includes(hash.slice(1));
    });
    expect(broken).toEqual([]);
  });
});

describe('the chapters that comments name', () => {
  const sources = ['apps', 'libs', 'test', 'tools'].flatMap((directory) =>
    readdirSync(new URL(directory, ROOT), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/(^|\/)(dist|node_modules)\//.test(name))
      .map((name) => `${directory}/${name}`),
  );
  const named = sources.flatMap((source) => {
    const text = read(source).replace(/\n\s*(?:\*|\/\/) ?/g, ' ');
    return [...text.matchAll(/([\w/-]+\.md)((?:(?:,| and) "[^"`\n]+")+)/g)].flatMap(
      ([, document = '', chapters = '']) =>
        [...chapters.matchAll(/"([^"]+)"/g)].map(([, chapter = '']) => ({ source, document, chapter })),
    );
  });

  it('exist', () => {
    expect(named.length).toBeGreaterThan(100);
    const missing = named.filter(({ document, chapter }) => !new RegExp(`^##+ ${chapter}$`, 'm').test(read(document)));
    expect(missing).toEqual([]);
  });
});

it('docs/services.md lists every variable that a service reads, but for the limits, and no other', () => {
  const readers = [
    'apps/camera-feed/src/service/config.ts',
    ...['session-manager', 'landmark-extractor', 'capture-registrar'].map((app) => `apps/${app}/src/config.ts`),
    'libs/service/src/program/program-log.ts',
    'libs/service/src/program/variables.ts',
    'libs/landmark-forwarders/src/forwarder-config.ts',
    'libs/landmark-forwarders/src/nats/nats-url.ts',
  ];
  const known = readers.flatMap((reader) =>
    [...read(reader).matchAll(/'([A-Z][A-Z_]+)'/g)].map(([, name = '']) => name),
  );
  const listed = [...read('docs/services.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = '']) => name);
  expect(listed.length).toBeGreaterThan(15);
  expect([...new Set(listed)].sort()).toEqual([...new Set(known)].sort());
  for (const limit of NUMERIC_LIMITS) expect(listed).not.toContain(limit.toUpperCase());
});

describe('docs/security.md names tests that there are:', () => {
  const SPEC = /`([\w./-]+spec\.ts)`((?:,? "[^"]+")+)/g;
  const [, , promises = '', attacks = ''] = read('docs/security.md').split(/^## /m);
  const named = [...(promises + attacks).matchAll(SPEC)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']): [string, string] => [file, name]),
  );

  it('for each promise and each attack', () => {
    for (const section of [promises, attacks]) {
      const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
      expect(rows).not.toEqual([]);
      expect(rows.filter((row) => row.search(SPEC) < 0)).toEqual([]);
    }
  });

  it.each(named)('%s: %s', (file, name) => {
    expect(read(file.includes('/') ? file : `test/${file}`)).toContain(name);
  });
});

it('what an operator reads names scripts and variables that there are', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const variables = new Set([
    ...[...read('docs/services.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = '']) => name),
    ...NUMERIC_LIMITS.map((limit) => limit.toUpperCase()),
    // these are other programs'
    ...['MALLOC_ARENA_MAX', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'TLS_CERTIFICATE'],
  ]);
  const documents = [
    'integration/platform',
    'observability',
    'privacy',
    'runbook',
    'scaling',
    'security',
    'services',
  ].map((name) => `docs/${name}.md`);
  for (const document of ['README.md', ...documents]) {
    const text = read(document);
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
    for (const [, name] of text.matchAll(/`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`/g)) expect([...variables]).toContain(name);
  }
});

describe('the snippets', () => {
  const snippets = (document: string): string[] =>
    [...read(document).matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code);
  const [imported] = snippets('README.md');
  const [capture = '', main = '', testing = ''] = snippets('docs/integration/platform.md');
  const [client = ''] = snippets('docs/integration/client.md');
  const [gateways = ''] = snippets('docs/services.md');

  const PLATFORM = Object.fromEntries(
    readdirSync(new URL('examples/platform/src/', ROOT)).map((name) => [name, read(`examples/platform/src/${name}`)]),
  );

  const CLIENT = {
    'client.ts': `declare const url: string, user_id: string, session_id: string;
      declare function show(text: string): void;
      ${client}`,
  };

  it('for a platform are those of examples/platform', () => {
    expect(imported).toBe(PLATFORM['capture.module.ts']);
    expect(capture).toBe(PLATFORM['capture.module.ts']);
    expect(main).toBe(PLATFORM['main.ts']);
  });

  it('for a platform compile', () => {
    expect(faults(PLATFORM)).toEqual([]);
    // the check itself can fail
    const mistaken = capture.replace('max_concurrent_captures:', 'max_captures:');
    expect(faults({ ...PLATFORM, 'capture.module.ts': mistaken })).toEqual([expect.stringContaining('max_captures')]);
  });

  it('for the tests of a platform compiles', () => {
    expect(testing).toContain('@a3cp/testing');
    const test = `import { WsAdapter } from '@nestjs/platform-ws';
      import { Test } from '@nestjs/testing';
      import { AppModule } from './app.module.js';
      import { Extractor } from './extractor.js';
      import { Sessions } from './sessions.js';
      declare const ticket: string;
      ${testing}`;
    expect(faults({ ...PLATFORM, 'platform.test.ts': test })).toEqual([]);
  });

  it('for a platform of several gateways compiles', () => {
    expect(gateways).toContain('NatsCluster');
    expect(faults({ 'gateways.ts': `declare const url: string, secret: string;\n${gateways}` })).toEqual([]);
  });

  it('for a client compiles', () => {
    expect(client).toContain('startCapture');
    expect(faults(CLIENT)).toEqual([]);
  });
});

/** What the compiler says of these files, were they in the directory of the tests. */
function faults(files: Readonly<Record<string, string>>): string[] {
  const directory = fileURLToPath(new URL('test/', ROOT));
  const { config } = ts.readConfigFile(`${directory}tsconfig.json`, ts.sys.readFile.bind(ts.sys)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, directory);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const own = new Map(Object.entries(files).map(([name, text]) => [directory + name, text]));
  host.fileExists = (name) => own.has(name) || fileExists(name);
  host.readFile = (name) => own.get(name) ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = own.get(name);
    return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
  };
  const program = ts.createProgram([...own.keys()], options, host);
  return [...own.keys()].flatMap((name) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}
