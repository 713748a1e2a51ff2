import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { crop, type CropStyle } from './crop.js';
import type { Model } from './model.js';
import { packageDirectory, readText } from './package-files.js';
import type { Picture } from './picture.js';
import type { Region } from './region.js';

/**
 * Makes LiteRT ready in this thread. It was written for a browser's worker and takes `self` and `importScripts` for granted,
 * so this thread gets them; no other should. To be called once.
 */
export async function startLiteRt(): Promise<void> {
  Object.assign(globalThis, { self: globalThis, importScripts });
  await loadLiteRt(join(packageDirectory('@litertjs/core'), '../wasm'));
}

/** Runs LiteRT's script as the CommonJS module it is, for all that its package calls its files ESM. */
function importScripts(path: string): void {
  const module = { exports: {} };
  const names = ['module', 'exports', 'require', '__dirname', '__filename'];
  const run = compileFunction(readText(path), names, { filename: path }) as (...values: unknown[]) => void;
  run(module, module.exports, createRequire(path), dirname(path), path);
  Object.assign(globalThis, { ModuleFactory: module.exports });
}

/** A model that LiteRT runs on this thread's processor. Its input is made once and drawn over for each picture. */
export class LiteRtModel<Answer extends string> implements Model<Answer> {
  readonly size: number;
  readonly #shape: Int32Array;
  readonly #input: Float32Array;

  private constructor(
    private readonly compiled: CompiledModel,
    private readonly style: CropStyle,
    private readonly answers: Readonly<Record<Answer, number>>,
  ) {
    const [input] = compiled.getInputDetails();
    const [, size] = input?.shape ?? [];
    if (input === undefined || size === undefined) throw new Error('The model takes no picture');
    this.size = size;
    this.#shape = input.shape;
    this.#input = new Float32Array(size * size * 3);
  }

  /** Compiles a .tflite file. `answers` names those of its outputs that are wanted, by their index. */
  static async load<Answer extends string>(
    tflite: Uint8Array,
    style: CropStyle,
    answers: Readonly<Record<Answer, number>>,
  ): Promise<LiteRtModel<Answer>> {
    return new LiteRtModel(await loadAndCompile(tflite, { accelerator: 'wasm' }), style, answers);
  }

  async run(picture: Picture, region: Region): Promise<Readonly<Record<Answer, Float32Array>>> {
    crop(picture, region, this.size, this.style, this.#input);
    const input = new Tensor(this.#input, this.#shape);
    const outputs = await this.compiled.run(input);
    const wanted = Object.entries<number>(this.answers).map(([name, index]) => [name, outputs[index]?.toTypedArray()]);
    // what LiteRT allocates no garbage collector sees
    for (const tensor of [input, ...outputs]) tensor.delete();
    return Object.fromEntries(wanted) as Record<Answer, Float32Array>;
  }
}
