import { CaptureSocketClient } from '@a3cp/testing';
import { trace } from '@opentelemetry/api';
import { CAPTURE_SUBPROTOCOL } from '@a3cp/capture-protocol';
import { DirectLandmarkForwarder } from '@a3cp/landmark-forwarders';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { setImmediate } from 'node:timers/promises';
import { Gateway } from './support/gateway.js';
import { jpegOf } from './support/jpeg.js';
import { Platform } from './support/platform.js';
import { quote } from './support/protocol.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

let gateway: Gateway;

afterEach(() => gateway.stop());

/** A client whose request belongs to a trace. */
async function tracedClient(traceparent = TRACEPARENT): Promise<CaptureSocketClient> {
  const client = new CaptureSocketClient(gateway.url(), [CAPTURE_SUBPROTOCOL], { traceparent });
  await client.opened;
  return client;
}

async function opened(client: CaptureSocketClient): Promise<void> {
  client.open({ user_id: 'made-up-user', session_id: 'made-up-session', capture_id: 'made-up-capture' });
  await client.heard('capture.opened');
}

describe('where the host has installed no SDK', () => {
  it(quote('passed on to the extractor'), async () => {
    gateway = await Gateway.start();
    await opened(await tracedClient());
    expect(gateway.extractor.stream.open.traceparent).toBe(TRACEPARENT);
  });

  it.each(['', 'made up'])('what is none (%p) goes nowhere', async (header) => {
    gateway = await Gateway.start();
    await opened(await tracedClient(header));
    expect(gateway.extractor.stream.open).not.toHaveProperty('traceparent');
  });

  it('it is carried by the direct transport', async () => {
    const platform = await Platform.start();
    try {
      const url = platform.env['LANDMARK_EXTRACTOR_URL'] ?? '';
      gateway = await Gateway.start({}, { landmarkForwarder: new DirectLandmarkForwarder(url) });
      await opened(await tracedClient());
      expect(platform.extractor.opens.at(-1)?.traceparent).toBe(TRACEPARENT);
    } finally {
      await platform.stop();
    }
  });
});

describe('where the host has installed an SDK', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

  beforeEach(async () => {
    exporter.reset();
    trace.setGlobalTracerProvider(provider);
    gateway = await Gateway.start();
  });

  afterAll(() => trace.disable());

  /** The only span there is, once it has ended. */
  async function span(): Promise<ReadableSpan> {
    await gateway.idle();
    const [ended, ...others] = exporter.getFinishedSpans();
    if (!ended || others.length > 0) throw new Error(`expected one span, there are ${others.length + (ended ? 1 : 0)}`);
    return ended;
  }

  const eventsOf = ({ events }: ReadableSpan): string[] => events.map(({ name }) => name);

  it('a whole capture is one span of the trace that the client began', async () => {
    const client = await tracedClient();
    await opened(client);
    for (const seq of [1, 2]) client.frame(seq, jpegOf(), { capture_id: 'made-up-capture' });
    client.close({ capture_id: 'made-up-capture' });
    await client.closed;
    const ended = await span();
    expect(ended.name).toBe('capture');
    expect(ended.spanContext().traceId).toBe(TRACE);
    expect(ended.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    expect(eventsOf(ended)).toEqual(['opened', 'first frame', 'closing', 'completed']);
    expect(ended.attributes).toEqual({ outcome: 'completed', error_code: 'none', frame_count: 2 });
    expect(JSON.stringify([ended.name, ended.attributes, ended.events, ended.status])).not.toContain('made-up');
  });

  it('the extractor goes on with the span of the capture', async () => {
    await opened(await tracedClient());
    const { traceparent } = gateway.extractor.stream.open;
    expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    expect(traceparent).not.toBe(TRACEPARENT);
  });

  it('an abort is told with its code, and the span ends when the extractor has its end', async () => {
    gateway.extractor.answers = 'when told';
    const client = await gateway.capturing();
    client.frame(1);
    await gateway.next('frame_bytes');
    client.frame(3);
    await client.closed;
    expect(exporter.getFinishedSpans()).toEqual([]);
    gateway.extractor.stream.acknowledge();
    await setImmediate();
    gateway.extractor.stream.acknowledge();
    const ended = await span();
    expect(eventsOf(ended)).toEqual(['opened', 'first frame', 'aborted']);
    expect(ended.status.message).toBe('protocol_violation');
    expect(ended.attributes).toEqual({ outcome: 'aborted', error_code: 'protocol_violation', frame_count: 1 });
  });

  it('a refused open is a span too, a connection without an open is none', async () => {
    const client = await gateway.connect();
    client.open({ fps_target: 30 });
    await client.closed;
    expect(eventsOf(await span())).toEqual(['aborted']);
    const silent = await gateway.connect();
    silent.text('no JSON');
    await silent.closed;
    await span();
  });
});
