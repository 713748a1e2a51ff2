import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { NotPlayable } from '../check.js';
import { Mismatch, PATIENCE_MS } from '../mismatch.js';
import type { GatewayStream } from './gateway-stream.js';
import type { ExtractorCheck, PlayedGateway } from './played-gateway.js';

/** Longest silence of a gateway that an extractor must bear, milliseconds. */
const GATEWAY_LOST_MS = 8_000;

/** What a gateway, its network, or another gateway does wrong. docs/integration/downstream.md, "Faults". */
export const FAULT_CHECKS: readonly ExtractorCheck[] = [
  {
    name: 'a-cut-stream',
    clause: 'the stream is cut before the end | End the capture as capture.abort with the code gateway_lost.',
    async play(gateway) {
      const cut = await gateway.accepted();
      await cut.acknowledged(1);
      cut.cut();
      // the owner can use the capture_id again, once the extractor has ended the capture
      const next = await openedOnceEnded(gateway, cut);
      await next.finished(1);
    },
  },
  {
    name: 'a-pause',
    clause: 'the gateway is silent for more than 8 s | The same.',
    async play(gateway) {
      const stream = await gateway.accepted();
      await stream.acknowledged(1);
      // pongs show that the gateway is there
      await setTimeout(GATEWAY_LOST_MS + 1_000);
      await stream.acknowledged(2);
      await stream.ended(2);
    },
  },
  {
    name: 'a-silent-gateway',
    clause: 'A gateway from which it receives nothing for more than 8 s, no message and no pong, is gone.',
    async play(gateway) {
      const stream = await gateway.accepted({}, { pongs: false });
      const early = await stream.answer(GATEWAY_LOST_MS - 1_000);
      if (early !== null) throw new Mismatch('nothing within 7000 ms', early);
      await stream.isGivenUp();
    },
  },
  {
    name: 'pings',
    clause: 'The extractor pings the gateway each second (a ping of WebSocket).',
    async play(gateway) {
      await (await gateway.accepted()).receivesPings(2);
    },
  },
  {
    name: 'a-second-open',
    clause: 'a second open on the same WebSocket | nak duplicate_capture. The first capture goes on.',
    async play(gateway) {
      const stream = await gateway.accepted();
      stream.open({ capture_id: `conformance-${randomUUID()}` });
      await stream.receivesNak('duplicate_capture');
      await stream.finished(1);
    },
  },
  {
    name: 'a-running-capture-id',
    clause: 'an open for a capture_id that runs | nak duplicate_capture, also if it has the same owner.',
    async play(gateway) {
      const first = await gateway.accepted();
      const second = await gateway.connected(first.capture);
      second.open();
      await second.receivesNak('duplicate_capture');
      await first.finished(1);
    },
  },
  {
    name: 'a-capture-id-again',
    clause:
      'an open for a capture_id that has ended | The owner may use it again, and the new capture replaces the old one.',
    async play(gateway) {
      const { capture } = await gateway.captured(1);
      await gateway.captured(1, capture);
    },
  },
  {
    name: 'a-capture-id-of-another',
    clause: 'For another user or session: nak duplicate_capture.',
    async play(gateway) {
      const { capture_id } = (await gateway.captured(1)).capture;
      const other = await gateway.connected({ capture_id });
      other.open();
      const answer = await other.answer();
      if (answer === 'open.ack') throw new NotPlayable('needs an extractor that knows captures after their end');
      const expected = 'nak with code "duplicate_capture"';
      if (answer !== expected) throw new Mismatch(expected, answer ?? 'nothing');
    },
  },
  {
    name: 'a-repeated-end',
    clause: 'a repeated end | end.ack. It changes nothing: the first end counts.',
    async play(gateway) {
      const stream = await gateway.accepted();
      await stream.ended(0);
      await stream.ended(0, { event: 'capture.abort', error_code: 'forward_failed' });
    },
  },
  {
    name: 'a-late-frame',
    clause: 'a frame after the end | nak unknown_capture.',
    async play(gateway) {
      const stream = await gateway.accepted();
      await stream.ended(0);
      stream.frame(1);
      await stream.receivesNak('unknown_capture');
    },
  },
  ...[
    beforeTheOpen('a-frame-first', (stream) => stream.frame(1)),
    beforeTheOpen('an-end-first', (stream) => stream.end(0)),
  ],
  ...[
    ofAnotherCapture('a-frame-of-another-capture', (stream) => stream.frame(1, { capture_id: 'another' })),
    ofAnotherCapture('an-end-of-another-capture', (stream) => stream.end(0, { capture_id: 'another' })),
  ],
  notOfTheFraming(
    'another-version',
    'an open with a v that is not 1 | Direct: close the WebSocket with 1008.',
    (stream) => stream.open({ v: 2 }),
  ),
  ...Object.entries<(stream: GatewayStream) => void>({
    'text-that-is-not-json': (stream) => stream.text('hello'),
    'json-that-is-no-object': (stream) => stream.text('[1]'),
    'an-unknown-event': (stream) => stream.text('{"event":"capture.pause"}'),
    'an-open-without-fields': (stream) => stream.text('{"event":"capture.open","v":1}'),
    'a-header-cut-off': (stream) => stream.bytes(Buffer.from([0xff, 0xff, 0x7b])),
    'an-empty-message': (stream) => stream.bytes(Buffer.alloc(0)),
  }).map(([name, send]) => notOfTheFraming(name, 'anything else that is not of this framing | The same.', send)),
];

function beforeTheOpen(name: string, send: (stream: GatewayStream) => void): ExtractorCheck {
  return {
    name,
    clause: 'a frame or an end before the open | nak unknown_capture.',
    async play(gateway) {
      const stream = await gateway.connected();
      send(stream);
      await stream.receivesNak('unknown_capture');
    },
  };
}

function ofAnotherCapture(name: string, send: (stream: GatewayStream) => void): ExtractorCheck {
  return {
    name,
    clause: 'a frame or an end with another capture_id | nak unknown_capture.',
    async play(gateway) {
      const stream = await gateway.accepted();
      send(stream);
      await stream.receivesNak('unknown_capture');
    },
  };
}

function notOfTheFraming(name: string, clause: string, send: (stream: GatewayStream) => void): ExtractorCheck {
  return {
    name,
    clause,
    async play(gateway) {
      const stream = await gateway.connected();
      send(stream);
      await stream.receivesClose(1008);
      // a fault of one stream does not affect another
      await gateway.captured(1);
    },
  };
}

/** Opens the same capture until it is accepted. */
async function openedOnceEnded(gateway: PlayedGateway, { capture }: GatewayStream): Promise<GatewayStream> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const stream = await gateway.connected(capture);
    stream.open();
    const answer = await stream.answer();
    if (answer === 'open.ack') return stream;
    if (performance.now() > until) throw new Mismatch('open.ack', answer ?? 'nothing');
    stream.cut();
  }
}
