import { CaptureService, type ClientEvent } from '@a3cp/capture-domain';
import type { Needs, ObservedExtractor, Site, Transcript } from '@a3cp/conformance';
import type { FakeExtractor, FakeStream } from '@a3cp/testing';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Gateway } from './gateway.js';

const MESSAGES: readonly ClientEvent['type'][] = [
  'capture.open',
  'capture.frame_meta',
  'frame_bytes',
  'capture.close',
  'malformed',
  'oversized',
];

/** Our gateway as a place where transcripts are played: every need is met, and time passes when a line says so. */
export class GatewaySite implements Site {
  readonly user_id = 'u1';
  readonly session_id = 's1';
  readonly patience_ms = 60_000;
  readonly url: string;
  readonly extractor: ObservedExtractor;
  #decided = 0;
  #silent = false;

  private constructor(readonly gateway: Gateway) {
    this.url = gateway.url();
    this.extractor = new SeenExtractor(gateway.extractor);
    const captures = gateway.app.get(CaptureService);
    const receive = captures.receive.bind(captures);
    captures.receive = (connection_key, event) => {
      if (MESSAGES.includes(event.type)) this.#decided += 1;
      receive(connection_key, event);
    };
  }

  /** A gateway of its own for one transcript, with the limits it needs. */
  static async for({ lines }: Transcript): Promise<GatewaySite> {
    const [limits] = lines.flatMap((line) => ('needs' in line && line.needs.limits ? [line.needs.limits] : []));
    return new GatewaySite(await Gateway.start(limits));
  }

  async provide({ session, extractor, server }: Needs, sent: number): Promise<void> {
    await this.#quiet(sent);
    this.#silent ||= session === 'silent' || extractor === 'silent';
    if (session) this.gateway.sessions.answers = session === 'silent' ? 'when told' : session;
    if (extractor) this.#extractorDoes(extractor);
    if (server === 'stopping') void this.gateway.stopping();
    if (server === 'breaking') this.#break();
    await setImmediate();
  }

  async pass(ms: number, sent: number): Promise<void> {
    await this.#quiet(sent);
    await this.gateway.clock.pass(ms);
  }

  /** Resolves once the server has decided all that was sent, or decides no more of it before somebody answers. */
  async #quiet(sent: number): Promise<void> {
    const { gateway } = this;
    while (this.#decided < sent && gateway.repository.size > 0 && !(this.#silent && gateway.holdsBack)) {
      await setImmediate();
    }
  }

  #extractorDoes(what: NonNullable<Needs['extractor']>): void {
    const { extractor } = this.gateway;
    switch (what) {
      case 'answers':
        extractor.answers = 'at once';
        extractor.opens = 'accepted';
        extractor.acceptOpen();
        for (const stream of extractor.streams) stream.acknowledge();
        return;
      case 'silent':
        extractor.answers = 'when told';
        extractor.opens = 'when told';
        return;
      case 'refuses':
        extractor.answers = 'when told';
        extractor.opens = 'refused';
        extractor.events.on('frame', (stream) => stream.refuse());
        extractor.events.on('end', (stream) => stream.refuse());
        return;
      case 'breaks':
        for (const stream of extractor.streams) stream.break();
    }
  }

  /** The next look at the clock fails, as something of ours might. */
  #break(): void {
    const { clock } = this.gateway;
    const now = clock.now.bind(clock);
    clock.now = () => {
      clock.now = now;
      throw new Error('broken by a transcript');
    };
  }
}

class SeenExtractor implements ObservedExtractor {
  /** How many events of a capture were asked for. */
  readonly #asked = new Map<string, number>();

  constructor(private readonly extractor: FakeExtractor) {}

  async next(capture_id: string, event: 'open' | 'frame' | 'end', signal: AbortSignal): Promise<object> {
    const key = `${event} ${capture_id}`;
    const asked = this.#asked.get(key) ?? 0;
    for (;;) {
      const stream = this.#streamOf(capture_id);
      const received = stream
        ? { open: [stream.open], frame: stream.frames, end: stream.ends }[event][asked]
        : undefined;
      if (received) {
        this.#asked.set(key, asked + 1);
        const { payload: _payload, ...fields } = { payload: null, ...received };
        // as it would be on a wire
        return JSON.parse(JSON.stringify(fields)) as object;
      }
      await once(this.extractor.events, event, { signal });
    }
  }

  knows(capture_id: string): boolean {
    return this.#streamOf(capture_id) !== undefined;
  }

  #streamOf(capture_id: string): FakeStream | undefined {
    return this.extractor.streams.find(({ open }) => open.capture_id === capture_id);
  }
}
