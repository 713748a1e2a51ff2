import process from 'node:process';
import { isRegistryReachable, missingPackages, PROGRAMS } from './test/programs.mjs';

const root = import.meta.dirname;

/** Whether what the specs of this kind need is there; the registry is asked only if its specs can run. */
function canRun(kind) {
  if (kind === 'registry') return !process.argv.includes('--selectProjects') && isRegistryReachable();
  return missingPackages([kind]).length === 0;
}

/** @type {import('jest').Config} */
const common = {
  rootDir: root,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: {
    // './x.js' in a source names './x.ts' on disk
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // packages of this workspace resolve to their TypeScript sources, so no test sees a stale dist
    '^@a3cp/([^/]+)$': [
      '<rootDir>/libs/$1/src/index.ts',
      '<rootDir>/apps/$1/src/index.ts',
      '<rootDir>/tools/$1/src/index.ts',
    ],
    '^@a3cp/([^/]+)/([^/]+)$': ['<rootDir>/libs/$1/src/$2.ts', '<rootDir>/apps/$1/src/$2.ts'],
  },
  modulePathIgnorePatterns: ['<rootDir>/(apps|libs|tools)/[^/]+/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          keepClassNames: true,
        },
      },
    ],
  },
};

export default {
  // one file at a time, since the specs of the browser and of load need the whole machine; `npm test` runs two
  maxWorkers: 1,
  // in a process that is replaced once it holds so much of the files before that collecting its garbage takes long
  workerIdleMemoryLimit: '512MB',
  // finds a test that hangs; a slow machine must stay below it
  testTimeout: 120_000,
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,tools}/*/src/**/*.spec.ts'] },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'] },
    // where their programs are installed
    ...Object.keys(PROGRAMS)
      .filter(canRun)
      .map((kind) => ({ ...common, displayName: kind, testMatch: [`<rootDir>/test/**/*.${kind}-spec.ts`] })),
  ],
};
