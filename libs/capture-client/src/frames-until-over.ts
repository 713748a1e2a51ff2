/**
 * The frames of a source, each pulled when it is asked for, until the capture is over, also while a frame is awaited. A
 * source that is left before its end has its `return` called, and is not waited for: a camera may take its time.
 */
export async function* framesUntilOver<Frame>(
  frames: AsyncIterable<Frame>,
  over: Promise<void>,
): AsyncGenerator<Frame, void, undefined> {
  const source = frames[Symbol.asyncIterator]();
  let finished = false;
  try {
    for (;;) {
      const next = await Promise.race([over, source.next()]);
      if (!next) return;
      finished = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    if (!finished) source.return?.().catch(() => undefined);
  }
}
