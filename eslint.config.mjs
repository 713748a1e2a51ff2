import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier/flat';
import { defineConfig, globalIgnores } from 'eslint/config';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

const root = import.meta.dirname;
const SOURCES = ['libs/**/*.ts', 'apps/**/*.ts'];
const SPECS = ['**/*.spec.ts', 'test/**/*.ts'];
const PROGRAMS = ['apps/*/src/main.ts', 'apps/camera-feed/src/service/main.ts', 'apps/local-stack/src/demo.ts'];

/**
 * The rules of the house are built-in rules, each under a name of its own. Under the built-in names they would replace one
 * another, since of a rule that is set twice for a file only the later setting counts.
 */
const house = { rules: {} };

function houseRule(name, builtin, scope, ...options) {
  house.rules[name] = builtinRules.get(builtin);
  return { ...scope, plugins: { house }, rules: { [`house/${name}`]: ['error', ...options] } };
}

function noImport(name, scope, regex, message) {
  return houseRule(name, 'no-restricted-imports', scope, { patterns: [{ regex, message }] });
}

/** Nothing but the files of its package and `packages`; holds for everything but specs. */
function importsOnly(name, files, packages, message) {
  const allowed = ['\\./', '\\.\\./(?!\\.\\.)', ...packages.map((specifier) => `${specifier}$`)].join('|');
  return noImport(name, { files, ignores: SPECS }, `^(?!${allowed})`, message);
}

const pureImports = [
  importsOnly('protocol-imports', ['libs/capture-protocol/**/*.ts'], [], 'capture-protocol imports nothing.'),
  importsOnly(
    'client-imports',
    ['libs/capture-client/**/*.ts'],
    ['@a3cp/capture-protocol'],
    'capture-client imports capture-protocol only: it runs in browsers.',
  ),
  importsOnly(
    'page-imports',
    ['apps/capture-demo/**/*.ts'],
    ['@a3cp/capture-client', '@a3cp/capture-protocol'],
    'The page imports capture-client and capture-protocol only.',
  ),
  importsOnly(
    'domain-imports',
    ['libs/capture-domain/**/*.ts'],
    ['@a3cp/capture-protocol'],
    'The rules import each other and capture-protocol only.',
  ),
  importsOnly(
    'domain-imports',
    ['libs/capture-domain/src/forward-queue.ts'],
    ['@a3cp/capture-protocol', 'rxjs'],
    'The forward queue imports the rules and rxjs only.',
  ),
  importsOnly(
    'domain-imports',
    ['libs/capture-domain/src/{capture.service,capture.repository,watching/peer-log}.ts'],
    ['@a3cp/capture-protocol', '@nestjs/common'],
    'Service, repository and log import the rules and @nestjs/common only.',
  ),
];

/** Imports point downwards only: from a platform's ways out to the rules, from the rules' phases to their words. */
const downwards = [
  importsBelow('libs/{landmark-forwarders,service,session-clients}', ['capture-domain', 'capture-protocol']),
  importsBelow('libs/testing', ['capture-domain', 'capture-protocol', 'landmark-forwarders']),
  noImport(
    'domain-rooms',
    { files: ['libs/capture-domain/src/{capture,claims,encodings,ports,watching}/*.ts'], ignores: SPECS },
    '^\\.\\./(phases/|[^/]+$)',
    'The words and ports of the rules know neither a phase nor the service.',
  ),
  noImport(
    'domain-rooms',
    { files: ['libs/capture-domain/src/phases/*.ts'], ignores: SPECS },
    '^\\.\\./(claims/|watching/|[^/]+$)',
    'A phase knows the words, and not what carries its effects out.',
  ),
  noImport(
    'transport-rooms',
    { files: ['libs/landmark-forwarders/src/{direct,in-process}/*.ts'], ignores: SPECS },
    '^\\.\\./(direct|in-process|nats)/',
    'A transport knows no other. Only NATS carries messages of the direct transport.',
  ),
  noImport(
    'module-rooms',
    { files: ['apps/camera-feed/src/**/*.ts'], ignores: [...SPECS, 'apps/camera-feed/src/service/**'] },
    '^\\.{1,2}/(.*/)?service/',
    'The module knows nothing of the service, which imports it as a platform does.',
  ),
];

/** `packages` are the libraries that lie below a library. */
function importsBelow(library, packages) {
  const others = readdirSync(`${root}/libs`).filter((name) => !packages.includes(name));
  const scope = { files: [`${library}/**/*.ts`], ignores: SPECS };
  return noImport('below', scope, `^@a3cp/(${others.join('|')})(/|$)`, 'A library imports those below it only.');
}

const FROM_OUTSIDE = 'Time, chance and the platform come in from outside.';

const pureCode = houseRule(
  'pure-code',
  'no-restricted-syntax',
  {
    files: ['libs/capture-protocol/**/*.ts', 'libs/capture-domain/**/*.ts'],
    ignores: [...SPECS, 'libs/capture-domain/src/ports/clock.ts'],
  },
  {
    selector: 'Identifier[name=/^(performance|crypto|setTimeout|setInterval|setImmediate|process)$/]',
    message: FROM_OUTSIDE,
  },
  { selector: 'MemberExpression[object.name=Date][property.name=now]', message: FROM_OUTSIDE },
  { selector: 'MemberExpression[object.name=Math][property.name=random]', message: FROM_OUTSIDE },
  { selector: 'MemberExpression[object.name=AbortSignal][property.name=timeout]', message: FROM_OUTSIDE },
  { selector: 'NewExpression[callee.name=Date][arguments.length=0]', message: FROM_OUTSIDE },
  { selector: 'CallExpression[callee.name=Date]', message: FROM_OUTSIDE },
);

const oneKnower = [
  noImport(
    'ws',
    {
      files: SOURCES,
      ignores: [
        ...SPECS,
        'apps/camera-feed/src/gateway/**',
        'apps/landmark-extractor/src/*.gateway.ts',
        'apps/{capture-cli,local-stack}/**',
        'libs/landmark-forwarders/src/direct/**',
        'libs/testing/**',
      ],
    },
    '^ws$',
    'Only a gateway, the direct forwarder and its server, and what plays a client know ws.',
  ),
  noImport(
    'nats',
    { files: SOURCES, ignores: [...SPECS, 'libs/landmark-forwarders/src/nats/**'] },
    '^@nats-io/',
    'Only the NATS transport knows NATS.',
  ),
  noImport(
    'dto',
    { files: SOURCES, ignores: ['apps/*/src/dto/**'] },
    '^class-(validator|transformer)(/|$)',
    'Only dto/ uses class-validator and class-transformer.',
  ),
  noImport(
    'no-files',
    {
      files: ['libs/**/*.ts', 'apps/{camera-feed,capture-registrar,landmark-extractor,session-manager}/**/*.ts'],
      // they read the models and the contract's documents before the first frame comes
      ignores: [
        ...SPECS,
        'apps/landmark-extractor/src/landmarks/package-files.ts',
        'libs/service/src/program/contract-docs.module.ts',
      ],
    },
    '^(node:)?fs(/|$)',
    'Nothing on the way of a frame touches a file.',
  ),
  houseRule(
    'environment',
    'no-restricted-properties',
    {
      files: [...SOURCES, 'tools/**/*.ts'],
      ignores: [...SPECS, 'apps/*/src/{,service/}config.ts', 'libs/service/src/program/program-log.ts'],
    },
    {
      object: 'process',
      property: 'env',
      message: 'Only config.ts reads the environment, and the program log NODE_ENV.',
    },
  ),
  noImport(
    'environment-import',
    { files: [...SOURCES, 'tools/**/*.ts'], ignores: SPECS },
    '^(node:)?process$',
    'process is a global, so that one rule sees who reads the environment.',
  ),
  houseRule(
    'listen',
    'no-restricted-syntax',
    { files: SOURCES, ignores: [...SPECS, ...PROGRAMS] },
    { selector: 'CallExpression[callee.property.name=listen]', message: 'Only main.ts listens.' },
  ),
  houseRule(
    'no-logging',
    'no-restricted-imports',
    {
      files: ['libs/**/*.ts', 'apps/{camera-feed,capture-registrar,landmark-extractor,session-manager}/**/*.ts'],
      // no peer causes a line of the last two
      ignores: [
        ...SPECS,
        ...PROGRAMS,
        'libs/capture-domain/src/watching/peer-log.ts',
        'apps/camera-feed/src/service/workers/worker-pool.ts',
        'libs/service/src/program/**',
      ],
    },
    {
      paths: [
        {
          name: '@nestjs/common',
          importNames: ['Logger', 'ConsoleLogger'],
          message: 'PeerLog bounds what a peer can cause to be logged.',
        },
      ],
    },
  ),
  houseRule(
    'no-output',
    'no-restricted-properties',
    {
      files: ['libs/**/*.ts', 'apps/camera-feed/**/*.ts'],
      // it reads the system's limits in a report that it does not write
      ignores: [...SPECS, ...PROGRAMS, 'apps/camera-feed/src/service/open-files.ts'],
    },
    ...['stdout', 'stderr', 'report'].map((property) => ({
      object: 'process',
      property,
      message: 'Nothing on the way of a frame writes anywhere.',
    })),
  ),
  houseRule('console', 'no-console', { files: SOURCES, ignores: [...SPECS, ...PROGRAMS, 'apps/capture-cli/**'] }),
];

const [APPS, TOOLS] = ['apps', 'tools'].map((folder) => `^@a3cp/(${readdirSync(`${root}/${folder}`).join('|')})(/|$)`);
const LEAVES = 'Another package is imported by its name.';

const packages = [
  noImport(
    'module-imports',
    {
      files: ['apps/camera-feed/src/**/*.ts'],
      ignores: [...SPECS, 'apps/camera-feed/src/service/**'],
    },
    '^@(a3cp/(service/program|landmark-forwarders(/nats)?)|nestjs/(platform-express|platform-fastify|terminus))$',
    'The module of a platform imports nothing that only the service needs.',
  ),
  noImport('tools', { files: ['libs/**/*.ts', 'apps/**/*.ts'] }, TOOLS, 'Only tests and tools know a tool.'),
  noImport('apps', { files: ['libs/**/*.ts'] }, APPS, 'A library knows no app.'),
  noImport(
    'apps',
    { files: ['apps/**/*.ts', 'tools/conformance/**/*.ts'], ignores: ['apps/local-stack/**'] },
    APPS,
    'Apps meet in local-stack only, and the conformance of others needs none of them.',
  ),
  noImport(
    'index-only',
    { files: ['**/*.ts'] },
    // entries beside an index: two need a package more, one is for the contract's generator
    '^@a3cp/(?!landmark-forwarders/nats$|camera-feed/contract$|service/program$)[^/]+/',
    "A package's entries are all there is of it.",
  ),
  ...[1, 2, 3].flatMap((depth) => {
    const files = `{libs,apps,tools}/*/src/${'*/'.repeat(depth - 1)}*`;
    const up = `^(\\.\\./){${depth}}`;
    return [
      noImport(
        'own-package',
        { files: [`${files}.ts`], ignores: [...SPECS, 'tools/bench/src/gateway-server.ts'] },
        up,
        LEAVES,
      ),
      noImport('own-package', { files: [`${files}.spec.ts`] }, `${up}(?!\\.\\./\\.\\./test/support/)`, LEAVES),
    ];
  }),
  houseRule(
    'static-imports',
    'no-restricted-syntax',
    { files: SOURCES, ignores: SPECS },
    { selector: 'ImportExpression', message: 'Import statically: the rules about imports do not see this one.' },
  ),
];

export default defineConfig(
  globalIgnores(['**/dist/', '**/node_modules/', 'coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // a Nest module is a class for its decorator's sake
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Nest declares options as classes and expects literals
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `() => this.#tick()` is how a callback is written here
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // a number reads the same in every place
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // an empty variable of the environment is an unset one
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // it asks for the `!` that no-non-null-assertion forbids
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // an underscore names what has to be taken and is not used, a rest names what is left out
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: SPECS,
    // the tsconfig.json beside a spec leaves it to the one of the tests
    languageOptions: { parserOptions: { projectService: false, project: ['test/tsconfig.json'] } },
    rules: {
      // a fake names a method without calling it
      '@typescript-eslint/unbound-method': 'off',
      // a message without one of its fields is what many a test sends
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
  {
    files: [...SPECS, '{tools/bench,examples}/**/*.ts'],
    // a fake of something asynchronous has nothing to wait for
    rules: { '@typescript-eslint/require-await': 'off' },
  },
  {
    files: ['examples/**/*.ts'],
    rules: {
      // Node's test runner awaits them itself
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['describe', 'it'] }] },
      ],
    },
  },
  ...pureImports,
  ...downwards,
  pureCode,
  ...oneKnower,
  ...packages,
  prettier,
);
