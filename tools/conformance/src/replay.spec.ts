import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { replay } from './replay.js';
import type { Site } from './site.js';
import type { Line } from './transcript.js';

/** What the server does with the first message it gets. */
type Answer = (socket: WebSocket, open: Record<string, unknown>) => void;

let server: WebSocketServer;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});

afterEach(async () => {
  const closed = once(server, 'close');
  server.close();
  for (const client of server.clients) client.terminate();
  await closed;
});

/** Longer than any machine takes for what comes. */
const PATIENCE_MS = 60_000;

/** How long is waited for what never comes. */
const IMPATIENCE_MS = 200;

/** What the replay of these lines says about a server that answers so, once it is connected, within so long. */
function complaint(lines: Line[], answer: Answer, patience_ms = PATIENCE_MS): Promise<string | null> {
  server.on('connection', (socket) => {
    site.patience_ms = patience_ms;
    socket.once('message', (data: Buffer) => answer(socket, JSON.parse(data.toString()) as Record<string, unknown>));
  });
  const site = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    user_id: 'u1',
    session_id: 's1',
    patience_ms: PATIENCE_MS,
    provide: () => Promise.resolve(),
    pass: () => Promise.resolve(),
  } satisfies Site;
  return replay({ name: 'x', title: '', clauses: [], lines }, site);
}

/** An abort as it must be, with what is wrong with it. */
function abort(wrong: object = {}): Answer {
  return (socket, { schema_version, record_id, user_id, session_id, capture_id }) => {
    const ids = { schema_version, record_id, user_id, session_id, capture_id };
    const made = {
      timestamp: '2026-01-01T00:00:02.250Z',
      modality: null,
      source: 'camera_feed_worker',
      performer_id: null,
    };
    socket.send(JSON.stringify({ event: 'capture.abort', ...ids, ...made, error_code: 'frame_invalid', ...wrong }));
    socket.close(1000, 'frame_invalid: no JPEG');
  };
}

const ABORTED: Line[] = [
  { client: 'capture.open', with: { record_id: '$record_id/open' } },
  { server: 'capture.abort', with: { error_code: 'frame_invalid', record_id: '$record_id/open' } },
  { server: 'close', code: 1000, reason: 'frame_invalid' },
];

const CLOSED: Line[] = [{ client: 'capture.open' }, { server: 'close', code: 1000, reason: 'completed' }];

describe('a server that answers as it must', () => {
  it('is not complained of', async () => {
    expect(await complaint(ABORTED, abort())).toBeNull();
  });

  it('may say more than the transcript names, and the whole reason', async () => {
    const lines: Line[] = [...ABORTED.slice(0, 2), { server: 'close', code: 1000, reason: 'frame_invalid: no JPEG' }];
    expect(await complaint(lines, abort({ mood: 'fine' }))).toBeNull();
  });

  it('may acknowledge as often as it likes', async () => {
    const answer: Answer = (socket, open) => {
      for (const seq of [1, 2]) socket.send(JSON.stringify({ event: 'capture.ack', seq }));
      abort()(socket, open);
    };
    expect(await complaint(ABORTED, answer)).toBeNull();
  });
});

describe('a server that does not is complained of, with the line', () => {
  it.each<[string, Line[], Answer, string | RegExp]>([
    [
      'another code',
      ABORTED,
      abort({ error_code: 'forward_failed' }),
      'line 3: expected capture.abort with error_code "frame_invalid", received capture.abort with error_code "forward_failed"',
    ],
    [
      'another event',
      [{ client: 'capture.open' }, { server: 'capture.ack', with: { seq: 3 } }],
      abort(),
      'line 3: expected capture.ack with seq 3, received capture.abort with error_code "frame_invalid"',
    ],
    [
      'no time',
      ABORTED,
      abort({ timestamp: undefined }),
      "line 3: expected capture.abort as its schema says, received one where data must have required property 'timestamp'",
    ],
    [
      'another user',
      ABORTED,
      abort({ user_id: 'u2' }),
      'line 3: expected capture.abort with user_id "u1", received capture.abort with user_id "u2"',
    ],
    ['another modality', ABORTED, abort({ modality: 'image' }), 'line 3: expected capture.abort with modality null, '],
    ['another record_id', ABORTED, abort({ record_id: 'r1' }), 'line 3: expected capture.abort with record_id "'],
    [
      'a record_id nobody sent',
      [{ client: 'capture.open' }, { server: 'capture.abort' }],
      abort({ record_id: 'r1' }),
      'line 3: expected capture.abort with a record_id that the client sent, received another record_id',
    ],
    [
      'closes without it',
      ABORTED,
      (socket) => socket.close(1000, 'no'),
      /^line 3: expected capture.abort with error_code "frame_invalid", record_id "[^"]+", received close 1000 no$/,
    ],
    [
      'says too much',
      CLOSED,
      abort(),
      'line 3: expected close 1000 completed, received capture.abort with error_code "frame_invalid"',
    ],
    [
      'another close code',
      CLOSED,
      (socket) => socket.close(1008, 'completed'),
      'line 3: expected close 1000 completed, received close 1008 completed',
    ],
    [
      'another reason',
      CLOSED,
      (socket) => socket.close(1000, 'completed?'),
      'line 3: expected close 1000 completed, received close 1000 completed?',
    ],
    ['text that is not JSON', ABORTED, (socket) => socket.send('hello'), 'received a message without an event'],
    [
      'a subprotocol',
      [{ client: 'connect' }, { server: 'accepts', subprotocol: 'chat' }],
      () => undefined,
      'line 3: expected a WebSocket with the subprotocol chat, received a WebSocket without a subprotocol',
    ],
    [
      'accepts',
      [{ client: 'connect' }, { server: 'refuses', status: 503 }],
      () => undefined,
      'line 3: expected HTTP 503, received a WebSocket without a subprotocol',
    ],
  ])('%s', async (_what, lines, answer, expected) => {
    expect(await complaint(lines, answer)).toMatch(expected);
  });

  it.each<[string, Line[], string]>([
    [
      'says nothing',
      [{ client: 'capture.open' }, { server: 'capture.ack', with: { seq: 3 } }],
      'line 3: expected capture.ack with seq 3, received nothing within 200 ms',
    ],
    ['does not close', CLOSED, 'line 3: expected close 1000 completed, received nothing within 200 ms'],
  ])('%s', async (_what, lines, expected) => {
    expect(await complaint(lines, () => undefined, IMPATIENCE_MS)).toContain(expected);
  });

  it('is not there', async () => {
    const lines: Line[] = [
      { client: 'connect', path: 'http://127.0.0.1:1/' },
      { server: 'accepts', subprotocol: '' },
    ];
    expect(await complaint(lines, () => undefined)).toContain('line 3: the connection failed before it was answered');
  });
});
