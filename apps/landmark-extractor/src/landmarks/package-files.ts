import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** The directory of an installed package's entry file. */
export function packageDirectory(name: string): string {
  return dirname(resolve(name));
}

/** A text that comes with a package. */
export function readText(path: string): string {
  return readFileSync(path, 'utf8');
}

/** A file of a MediaPipe package that lies there by itself. */
export function readPlain(packageName: string, file: string): Uint8Array {
  return readFileSync(join(packageDirectory(packageName), file));
}

/**
 * A file out of the one that a MediaPipe solution keeps its parts in, one after the other; the script beside it knows where
 * each starts and ends. Throws an Error that names the file if it isn't among them.
 */
export function readPacked(solution: string, file: string): Uint8Array {
  const packed = join(packageDirectory(`@mediapipe/${solution}`), `${solution}_solution_packed_assets`);
  const parts = readText(`${packed}_loader.js`).matchAll(/"filename": "([^"]+)", "start": (\d+), "end": (\d+)/g);
  for (const [, name = '', start, end] of parts) {
    if (name.endsWith(`/${file}`)) return readPart(`${packed}.data`, Number(start), Number(end));
  }
  throw new Error(`@mediapipe/${solution} has no ${file}`);
}

function readPart(path: string, start: number, end: number): Uint8Array {
  const part = new Uint8Array(end - start);
  const file = openSync(path, 'r');
  try {
    readSync(file, part, 0, part.length, start);
  } finally {
    closeSync(file);
  }
  return part;
}
