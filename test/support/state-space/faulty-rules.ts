import { transformSync } from '@swc/core';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { compileFunction } from 'node:vm';
import type { Rules } from './rules.js';

/** A fault for a copy of the rules: a passage of their source, and what replaces it. */
export interface Fault {
  /** The file, in libs/capture-domain/src. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

type CommonJsModule = (exports: object, require: (specifier: string) => object) => void;

const SOURCES = new URL('../../../libs/capture-domain/src/', import.meta.url);

/** Compiles a copy of the rules that has the fault; throws if the source does not have the passage exactly once. */
export function faultyRules(fault: Fault): Rules {
  const modules = new Map<string, object>();
  const load = (file: string): object => {
    const loaded = modules.get(file);
    if (loaded) return loaded;
    const exports = {};
    modules.set(file, exports);
    const source = readFileSync(new URL(file, SOURCES), 'utf8');
    const code = compile(file === fault.file ? withFault(source, fault) : source);
    const run = compileFunction(code, ['exports', 'require'], { filename: file }) as CommonJsModule;
    run(exports, (specifier) => load(posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts')));
    return exports;
  };
  return { ...load('capture/state.ts'), ...load('transition.ts') } as Rules;
}

function withFault(source: string, { file, from, to }: Fault): string {
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`${file} has "${from}" ${parts.length - 1} times`);
  return parts.join(to);
}

function compile(source: string): string {
  const jsc = { parser: { syntax: 'typescript' }, target: 'es2023' } as const;
  return transformSync(source, { swcrc: false, jsc, module: { type: 'commonjs' } }).code;
}
