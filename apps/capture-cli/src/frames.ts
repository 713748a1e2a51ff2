import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { jpegSize } from './jpeg-size.js';
import { imagesOf } from './mjpeg.js';

/**
 * The frames of a capture: the images of an .mjpeg file, or the .jpg and .jpeg files of a directory in the order of their
 * names. Throws an Error that names the path if it cannot be read, has no frame, or has one that is not a JPEG.
 */
export async function readFrames(path: string): Promise<Uint8Array<ArrayBuffer>[]> {
  const files = (await stat(path)).isDirectory() ? await readDirectory(path) : imagesOf(await readFile(path));
  // to older types of Node the memory of a Buffer may be shared, and that of a frame must not
  const frames = files.map((file) => new Uint8Array(file));
  if (frames.length === 0) throw new Error(`${path} has no .jpg or .jpeg file`);
  for (const [index, frame] of frames.entries()) {
    try {
      jpegSize(frame);
    } catch (error) {
      throw new Error(`${path}: frame ${index + 1} ${(error as Error).message}`, { cause: error });
    }
  }
  return frames;
}

async function readDirectory(path: string): Promise<Buffer[]> {
  const names = (await readdir(path)).filter((name) => ['.jpg', '.jpeg'].includes(extname(name).toLowerCase()));
  return Promise.all(names.sort().map((name) => readFile(join(path, name))));
}
