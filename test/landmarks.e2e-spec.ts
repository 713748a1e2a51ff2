import { ReferenceExtractor } from '@a3cp/landmark-extractor';
import { at } from '@a3cp/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { get } from 'node:http';
import { Extractor, frameItem, streamEnd, streamOpen } from './support/extractor.js';
import { FakeFinder, foundIn } from './support/fake-finder.js';
import { quote } from './support/protocol.js';

const { capture_id } = streamOpen();

let extractor: Extractor;

afterEach(() => extractor.app.close());

interface Message {
  readonly event: string;
  readonly data: { readonly seq?: number };
}

/** What a browser's EventSource would tell, message by message; null once the stream is over. */
class Events {
  readonly #chunks: AsyncIterator<string>;
  #unread = '';

  constructor(answer: Response) {
    if (!answer.body) throw new Error('an answer without a body');
    this.#chunks = answer.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  }

  async next(): Promise<Message | null> {
    for (;;) {
      const end = this.#unread.indexOf('\n\n');
      if (end >= 0) {
        const lines = this.#unread.slice(0, end).split('\n');
        this.#unread = this.#unread.slice(end + 2);
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const data = field('data');
        if (data !== undefined)
          return { event: field('event') ?? 'message', data: JSON.parse(data) as Message['data'] };
        continue;
      }
      const chunk = await this.#chunks.next();
      if (chunk.done) return null;
      this.#unread += chunk.value;
    }
  }
}

const END: Message = { event: 'end', data: {} };

/** A capture whose frames 1 to `frames` the extractor owns, and which has ended. */
async function captured(finder: FakeFinder, frames: number): Promise<void> {
  finder.answers = 'at once';
  extractor = await Extractor.start(finder);
  const stream = await extractor.open();
  for (let seq = 1; seq <= frames; seq++) await stream.forward(await frameItem(seq));
  await stream.end(streamEnd(frames));
  // the last answer of the finder is a promise that has resolved; the stream of events tells when all are taken
  await (await extractor.get('/landmarks')).text();
}

it(quote('an acknowledgement does not wait for them'), async () => {
  const finder = new FakeFinder();
  extractor = await Extractor.start(finder);
  const stream = await extractor.open();
  for (const seq of [1, 2, 3]) await stream.forward(await frameItem(seq));
  await extractor.decoded();
  await stream.end(streamEnd(3));
  expect(await (await extractor.get()).json()).toMatchObject({ frame_count: 3, processed: 0, with_person: 0 });
});

it(
  quote('The extractor handles the frames that were passed over after the end, in order, however the capture ended'),
  async () => {
    const finder = new FakeFinder();
    extractor = await Extractor.start(finder);
    const lifetime = new AbortController();
    const stream = await extractor.forwarder.open(streamOpen(), lifetime.signal);
    for (const seq of [1, 2, 3, 4]) await stream.forward(await frameItem(seq));
    await extractor.decoded();
    await finder.answer();
    // without an end: the gateway is lost
    lifetime.abort();
    const done = extractor.get('/landmarks').then((answer) => answer.text());
    for (const frames of [2, 3, 4]) {
      await finder.until(frames);
      await finder.answer();
    }
    await done;
    expect(finder.asked.map(({ seq }) => seq)).toEqual([1, 4, 2, 3]);
    expect(await (await extractor.get()).json()).toMatchObject({
      processed: 4,
      with_person: 4,
      terminal: { error_code: 'gateway_lost' },
    });
  },
);

it(quote('At most 20 captures may run at once'), async () => {
  const finder = new FakeFinder();
  extractor = await Extractor.start(finder);
  const streams = [];
  for (let n = 0; n < 20; n++) streams.push(await extractor.open(`c${n}`, `u${n}`));
  const lifetime = new AbortController();
  await expect(extractor.forwarder.open(streamOpen('one more', 'u20'), lifetime.signal)).rejects.toThrow('busy');
  lifetime.abort();
  await streams[7]?.end(streamEnd(0, { capture_id: 'c7' }));
  streams[7] = await extractor.open('one more', 'u20');
  for (const [n, stream] of streams.entries()) {
    await stream.end(streamEnd(0, { capture_id: n === 7 ? 'one more' : `c${n}` }));
  }
});

describe('GET …/landmarks', () => {
  it(quote('Each message has the landmarks of the newest frame that is done.'), async () => {
    const finder = new FakeFinder();
    finder.find = (seq) => foundIn(seq, ['left_hand']);
    extractor = await Extractor.start(finder);
    const stream = await extractor.open();
    const answer = await extractor.get('/landmarks');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('cache-control')).toBe('no-cache, no-store, no-transform');
    const events = new Events(answer);

    await stream.forward(await frameItem(1));
    await extractor.decoded();
    await finder.answer();
    const first = await events.next();
    expect(first).toMatchObject({ event: 'message', data: { seq: 1, timestamp_frame: at(66), left_hand: null } });
    expect(first?.data).toMatchObject({ pose: { length: 33 }, right_hand: { length: 21 }, face: { length: 468 } });

    for (const seq of [2, 3, 4]) await stream.forward(await frameItem(seq));
    await extractor.decoded();
    await finder.answer();
    expect((await events.next())?.data.seq).toBe(2);
    await finder.answer();
    expect((await events.next())?.data.seq).toBe(4);
    await stream.end(streamEnd(4));
    await finder.until(4);
    await finder.answer();
    expect(await events.next()).toEqual(END);
    expect(await events.next()).toBeNull();
  });

  it(quote('A capture that is done already sends its newest frame and end at once.'), async () => {
    await captured(new FakeFinder(), 2);
    const events = new Events(await extractor.get('/landmarks'));
    expect([(await events.next())?.data.seq, await events.next(), await events.next()]).toEqual([2, END, null]);
  });

  it('leaves nothing behind when its reader goes away', async () => {
    extractor = await Extractor.start(new FakeFinder());
    const stream = await extractor.open();
    const { changes } = extractor.app.get(ReferenceExtractor).landmarks(capture_id) ?? {};
    if (!changes) throw new Error('no landmarks');
    // not by fetch, which opens another connection when it is aborted
    const reading = get(extractor.url('/landmarks'));
    await once(reading, 'response');
    expect(changes.listenerCount('change')).toBe(1);
    // Node tells of a removed listener as an event like any other
    const removed = once(changes as NodeJS.EventEmitter, 'removeListener');
    reading.destroy();
    await removed;
    expect(changes.listenerCount('change')).toBe(0);
    await stream.end(streamEnd(0));
  });

  it('ends when the application stops, which does not wait for the frames', async () => {
    const finder = new FakeFinder();
    extractor = await Extractor.start(finder);
    const stream = await extractor.open();
    await stream.forward(await frameItem(1));
    await extractor.decoded();
    const events = new Events(await extractor.get('/landmarks'));
    const stopped = extractor.app.close();
    expect(await events.next()).toEqual(END);
    expect(await events.next()).toBeNull();
    await stream.end(streamEnd(1));
    await stopped;
    expect(finder.closed).toBe(true);
  });
});

describe('GET …/landmarks?format=json', () => {
  it(quote('has every frame, in the order of seq, when all are done; before, the answer is 409'), async () => {
    const finder = new FakeFinder();
    extractor = await Extractor.start(finder);
    const stream = await extractor.open();
    for (const seq of [1, 2, 3]) await stream.forward(await frameItem(seq));
    await extractor.decoded();
    await stream.end(streamEnd(3));
    await finder.answer();
    await finder.until(2);
    await finder.answer();
    expect((await extractor.get('/landmarks?format=json')).status).toBe(409);
    expect((await extractor.get('/features')).status).toBe(409);
    expect(await (await extractor.get()).json()).toMatchObject({ landmark_state: 'running', processed: 2 });
    await finder.until(3);
    await finder.answer();
    expect(await (await extractor.get()).json()).toMatchObject({ landmark_state: 'complete', processed: 3 });
    const answer = await extractor.get('/landmarks?format=json');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const body = (await answer.json()) as { frames: { seq: number }[] };
    expect(body).toMatchObject({ capture_id, complete: true });
    expect(body.frames.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(body.frames[1]).toMatchObject({ timestamp_frame: at(132), pose: { length: 33 }, face: { length: 468 } });
  });

  it(quote('complete is false if frames were left out'), async () => {
    const finder = new FakeFinder();
    extractor = await Extractor.start(finder);
    const stream = await extractor.open();
    for (const seq of [1, 2]) await stream.forward(await frameItem(seq));
    await extractor.decoded();
    await stream.end(streamEnd(2));
    await finder.answer('fail');
    await finder.until(2);
    await finder.answer();
    const body = (await (await extractor.get('/landmarks?format=json')).json()) as { frames: { seq: number }[] };
    expect(body).toMatchObject({ complete: false });
    expect(body.frames.map(({ seq }) => seq)).toEqual([2]);
    expect(await (await extractor.get('/features')).json()).toMatchObject({ complete: false, seq: [2] });
    expect(await (await extractor.get()).json()).toMatchObject({ landmark_state: 'failed', processed: 1 });
  });

  it('of a capture without frames has none', async () => {
    await captured(new FakeFinder(), 0);
    const answer = await extractor.get('/landmarks?format=json');
    expect(await answer.json()).toEqual({ capture_id, complete: true, frames: [] });
  });
});

describe('GET …/features', () => {
  it.each(['', '?format=json'])('%s has a row for each frame, and the names of its columns', async (format) => {
    const finder = new FakeFinder();
    finder.find = (seq) => foundIn(seq, ['pose']);
    await captured(finder, 2);
    const answer = await extractor.get(`/features${format}`);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { columns, rows, ...head } = (await answer.json()) as { columns: string[]; rows: number[][] };
    expect(head).toEqual({ capture_id, complete: true, seq: [1, 2], timestamp_frame: [at(66), at(132)] });
    expect(columns).toHaveLength(1_086);
    expect(rows).toEqual(
      [1, 2].map((seq) => columns.map((name) => (name.startsWith('pose') ? 0 : rounded(seq / 1024)))),
    );
  });

  it('?format=npy is the file of a NumPy array', async () => {
    await captured(new FakeFinder(), 2);
    const answer = await extractor.get('/features?format=npy');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    const file = Buffer.from(await answer.arrayBuffer());
    expect(file.toString('latin1', 0, 128)).toContain("'shape': (2, 1086)");
    expect(file.length).toBe(128 + 2 * 1_086 * 4);
    expect(file.readFloatLE(128)).toBe(1 / 1024);
    expect(file.readFloatLE(file.length - 4)).toBe(2 / 1024);
  });

  function rounded(value: number): number {
    return Number(value.toFixed(5));
  }
});

describe('what is not there', () => {
  const PATHS = ['/landmarks', '/landmarks?format=json', '/features', '/features?format=npy'];

  it.each(PATHS)('%s of a capture that is not known is 404, and its name is not repeated', async (path) => {
    extractor = await Extractor.start(new FakeFinder());
    const answer = await extractor.get(path, 'no-such-capture');
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('no-such-capture');
  });

  it(quote('Landmarks that were dropped for newer captures are 410; their numbers stay.'), async () => {
    await captured(new FakeFinder(), 1);
    extractor.app.get(ReferenceExtractor).landmarks(capture_id)?.drop();
    for (const path of PATHS) expect((await extractor.get(path)).status).toBe(410);
    const numbers = { landmark_state: 'dropped', processed: 1, with_person: 1 };
    expect(await (await extractor.get()).json()).toMatchObject(numbers);
  });

  it(quote('Another format is 400.'), async () => {
    await captured(new FakeFinder(), 1);
    for (const query of ['format=xml', 'format=', 'format=json&format=json']) {
      for (const path of ['/landmarks', '/features']) {
        const answer = await extractor.get(`${path}?${query}`);
        expect([query, answer.status]).toEqual([query, 400]);
        expect(await answer.text()).not.toContain('xml');
      }
    }
    expect((await extractor.get('/landmarks?format=npy')).status).toBe(400);
  });

  it(quote('With LANDMARK_THREADS=0 it looks for no landmarks, and 1,000 captures may run at once'), async () => {
    extractor = await Extractor.start(null);
    const streams = new Map<string, Awaited<ReturnType<Extractor['open']>>>();
    for (let n = 0; n < 21; n++) streams.set(`c${n}`, await extractor.open(`c${n}`));
    await streams.get('c0')?.forward(await frameItem(1, 'c0'));
    expect(await (await extractor.get('', 'c0')).json()).toMatchObject({
      frame_count: 1,
      landmark_state: 'off',
      processed: 0,
      with_person: 0,
      landmark_rate: null,
    });
    for (const path of PATHS) expect((await extractor.get(path, 'c0')).status).toBe(404);
    for (const [name, stream] of streams) await stream.end(streamEnd(0, { capture_id: name }));
  });
});
