/** Bytes of frames between two collections. */
const COLLECT_EVERY_BYTES = 8_000_000;

/**
 * Collects young garbage after every 8 MB of frames, in a process that runs with `node --expose-gc`; does nothing in others.
 *
 * Frames are young garbage outside V8's heap, and V8 does not count them towards a young collection. It marks the whole heap for
 * each 64 MB of them instead, and drops the shapes of objects that live briefly, so it compiles the code that uses them again.
 * docs/performance.md, "Experiments".
 */
export class FrameGarbage {
  #bytes = 0;

  /** @param collect null where the process exposes no collections */
  constructor(private readonly collect: (() => void) | null = exposedCollection()) {}

  /** Counts a frame that was received. */
  add(byte_length: number): void {
    this.#bytes += byte_length;
    if (this.#bytes < COLLECT_EVERY_BYTES) return;
    this.#bytes = 0;
    this.collect?.();
  }
}

function exposedCollection(): (() => void) | null {
  const { gc } = globalThis;
  if (!gc) return null;
  return () => {
    gc({ type: 'minor' });
  };
}
