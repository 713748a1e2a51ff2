import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** The JSON of `head` with one array more, `list`, written item by item so that a long one holds up no frame that comes in. */
export function jsonStream(head: object, list: string, items: Iterable<unknown>): Readable {
  return Readable.from(pieces(head, list, items), { objectMode: false });
}

async function* pieces(head: object, list: string, items: Iterable<unknown>): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(list)}:[`;
  let separator = '';
  for (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',';
    await setImmediate();
  }
  yield ']}';
}
