import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { ResultReaders } from '../apps/landmark-extractor/src/result-readers.js';
import { Extractor, frameItem, streamEnd } from './support/extractor.js';
import { FakeFinder } from './support/fake-finder.js';
import { quote } from './support/protocol.js';

let extractor: Extractor;
let finder: FakeFinder;
/** Of readers whose answers go on. */
let agent: Agent;
let sockets: Socket[];

beforeEach(async () => {
  finder = new FakeFinder();
  [extractor, agent, sockets] = [await Extractor.start(finder), new Agent(), []];
});

afterEach(async () => {
  agent.destroy();
  for (const socket of sockets) socket.destroy();
  await extractor.app.close();
});

/** A capture that has ended, and whose landmarks are not found yet. */
async function unfinished(capture_id: string, user_id?: string): Promise<void> {
  const stream = await extractor.open(capture_id, user_id);
  await stream.forward(await frameItem(1, capture_id));
  await stream.end(streamEnd(1, { capture_id }));
  await extractor.decoded(capture_id);
}

/** Begins to read the events of a capture, which end when its landmarks are found. */
async function read(capture_id: string): Promise<IncomingMessage> {
  const [answer] = (await once(get(extractor.url('/landmarks', capture_id), { agent }), 'response')) as [
    IncomingMessage,
  ];
  return answer;
}

async function readMany(capture_id: string, readers: number): Promise<IncomingMessage[]> {
  const answers = await Promise.all(Array.from({ length: readers }, () => read(capture_id)));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 200));
  return answers;
}

/** What comes of a question while the second passes for which a refused reader waits. */
async function patiently<T>(asked: Promise<T>): Promise<T> {
  const readers = extractor.app.get(ResultReaders);
  const over = new AbortController();
  const outcome = asked.finally(() => over.abort());
  while (!over.signal.aborted) {
    await setImmediate();
    if (readers.resting > 0) extractor.clock.advance(1_000);
  }
  return outcome;
}

async function statusOf(path: string, capture_id: string): Promise<number> {
  return (await patiently(extractor.get(path, capture_id))).status;
}

/** A refusal of one more reader. */
async function refusalOf(capture_id: string): Promise<object> {
  const answer = await patiently(extractor.get('/landmarks', capture_id));
  const { message } = (await answer.json()) as { message: string };
  return { status: answer.status, message, retry_after: answer.headers.get('retry-after') };
}

/** Resolves once there is a place for a reader, whose answer then goes on. */
async function place(capture_id: string): Promise<void> {
  for (;;) {
    const answer = await patiently(read(capture_id));
    if (answer.statusCode === 200) return;
    answer.resume();
  }
}

describe('the readers of results', () => {
  it(quote('of one capture | 20 | 429'), async () => {
    await unfinished('c1');
    await unfinished('c2');
    const [first] = await readMany('c1', 20);
    const message = 'the capture has its maximum of readers';
    expect(await refusalOf('c1')).toEqual({ status: 429, message, retry_after: '1' });
    expect(await statusOf('', 'c1')).toBe(429);
    await readMany('c2', 1);
    first?.destroy();
    await place('c1');
    // an answer that is over holds no place
    await finder.answer();
    while ((await statusOf('', 'c1')) !== 200) continue;
    for (let n = 0; n < 21; n++) expect(await statusOf('/features', 'c1')).toBe(200);
  });

  it(quote('of one user | 50 | 429'), async () => {
    for (const capture_id of ['c1', 'c2', 'c3']) await unfinished(capture_id, 'u1');
    await unfinished('of another', 'u2');
    for (const [capture_id, readers] of [
      ['c1', 20],
      ['c2', 20],
      ['c3', 10],
    ] as const) {
      await readMany(capture_id, readers);
    }
    const message = 'the user has its maximum of readers';
    expect(await refusalOf('c3')).toEqual({ status: 429, message, retry_after: '1' });
    await readMany('of another', 20);
  });

  it(quote('of the extractor | 200 | 503'), async () => {
    for (let n = 0; n <= 10; n++) await unfinished(`c${n}`, `u${n}`);
    for (let n = 0; n < 10; n++) await readMany(`c${n}`, 20);
    const message = 'the extractor has its maximum of readers';
    expect(await refusalOf('c10')).toEqual({ status: 503, message, retry_after: '1' });
    // what is not known costs nothing
    expect((await extractor.get('/landmarks', 'no-such-capture')).status).toBe(404);
  });

  it(quote('A refused reader gets its answer a second later'), async () => {
    await unfinished('c1');
    await readMany('c1', 20);
    const answers: number[] = [];
    const asked = Array.from({ length: 2 }, async () => answers.push((await extractor.get('', 'c1')).status));
    while (extractor.app.get(ResultReaders).resting < 2) await setImmediate();
    extractor.clock.advance(999);
    await setImmediate();
    expect(answers).toEqual([]);
    extractor.clock.advance(1);
    await Promise.all(asked);
    expect(answers).toEqual([429, 429]);
  });

  it(quote('At most 1,000 refused readers wait.'), async () => {
    const readers = extractor.app.get(ResultReaders);
    const waiting = Array.from({ length: 1_000 }, () => readers.rest());
    await readers.rest();
    expect(readers.resting).toBe(1_000);
    extractor.clock.advance(1_000);
    await Promise.all(waiting);
    expect(readers.resting).toBe(0);
  });

  it('that are refused for another reason hold no place', async () => {
    await unfinished('c1');
    for (let n = 0; n < 21; n++) expect((await extractor.get('/features', 'c1')).status).toBe(409);
    for (let n = 0; n < 21; n++) expect((await extractor.get('/features?format=xml', 'c1')).status).toBe(400);
  });

  /** Sends so many requests over one connection, and reads nothing. */
  async function sendUnread(requests: number, path: string): Promise<Socket> {
    const url = new URL(extractor.url(path, 'c1'));
    const socket = connect(Number(url.port), url.hostname).pause();
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`.repeat(requests));
    return socket;
  }

  /** Resolves once bytes wait for the network, and in many turns of the event loop none of them is taken. */
  async function stalled(socket: Socket): Promise<void> {
    let [taken, turns] = [0, 0];
    while (turns < 200) {
      await setImmediate();
      turns = socket.writableLength > 0 && socket.bytesWritten === taken ? turns + 1 : 0;
      taken = socket.bytesWritten;
    }
  }

  it('whose connection ends give back the places of all their requests', async () => {
    await unfinished('c1');
    const socket = await sendUnread(20, '/landmarks');
    while ((await statusOf('', 'c1')) !== 429) continue;
    socket.destroy();
    for (let places = 0; places < 20;) {
      const answer = await patiently(read('c1'));
      if (answer.statusCode === 200) places += 1;
      else extractor.clock.advance(5_000);
    }
  });

  it(quote('A reader that takes nothing for 30 s is disconnected.'), async () => {
    finder.answers = 'at once';
    const stream = await extractor.open('c1');
    const item = await frameItem(1, 'c1');
    // 17 MB as JSON, more than the two sockets of a connection that nobody reads buffer
    const frames = 800;
    for (let seq = 1; seq <= frames; seq++) await stream.forward({ ...item, seq });
    await stream.end(streamEnd(frames, { capture_id: 'c1' }));
    await (await extractor.get('/landmarks', 'c1')).text();
    const answering: Socket[] = [];
    (extractor.app.getHttpServer() as Server).on('connection', (socket: Socket) => answering.push(socket));
    for (let n = 0; n < 20; n++) await sendUnread(1, '/landmarks?format=json');
    for (const socket of answering) await stalled(socket);
    extractor.clock.advance(30_000);
    expect(answering.map(({ destroyed }) => destroyed)).toEqual(answering.map(() => false));
    expect(await statusOf('', 'c1')).toBe(429);
    extractor.clock.advance(9_000);
    while ((await statusOf('', 'c1')) === 429) continue;
    const answer = await extractor.get('/landmarks?format=json', 'c1');
    expect(((await answer.json()) as { frames: object[] }).frames).toHaveLength(frames);
  });

  it('that have taken everything may wait for the next result as long as it takes', async () => {
    await unfinished('c1');
    const [answer] = await readMany('c1', 1);
    const chunks = answer?.setEncoding('utf8').iterator();
    expect(await chunks?.next()).toMatchObject({ value: ': the latest landmarks\n\n' });
    for (let minutes = 0; minutes < 5; minutes++) extractor.clock.advance(60_000);
    await finder.answer();
    expect((await chunks?.next())?.value).toMatch(/^data: {"seq":1,/);
  });
});
