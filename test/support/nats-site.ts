import { expect } from '@jest/globals';
import { ExtractorProcess } from './extractor-process.js';
import { frameItem } from './extractor.js';
import { FilmedCapture } from './filmed-capture.js';
import { GatewayProcess } from './gateway-process.js';
import { NatsServer, type NatsUser } from './nats-server.js';
import { Platform } from './platform.js';

/** Two gateways, two extractors and the NATS server between them, each in a process of its own. */
export class NatsSite {
  #captures = 0;

  private constructor(
    private readonly platform: Platform,
    private readonly startExtractor: typeof ExtractorProcess.start,
    private readonly jpeg: Buffer,
    readonly server: NatsServer,
    readonly gateways: readonly [GatewayProcess, GatewayProcess],
    readonly extractors: [ExtractorProcess, ExtractorProcess, ...ExtractorProcess[]],
  ) {}

  /** @param startExtractor how each of its extractors is started */
  static async start(startExtractor = ExtractorProcess.startCounting): Promise<NatsSite> {
    const [platform, server, { payload }] = await Promise.all([Platform.start(), NatsServer.start(), frameItem()]);
    const nats = (user: NatsUser) => ({ LANDMARK_FORWARDER: 'nats', NATS_URL: server.url(user) });
    const gateway = (index: number) => GatewayProcess.start({ ...platform.env, ...nats(`camera-feed-${index}`) });
    const extractor = (index: number) => startExtractor(nats(`landmark-extractor-${index}`));
    const [gateways, extractors] = await Promise.all([
      Promise.all([gateway(0), gateway(1)]),
      Promise.all([extractor(0), extractor(1)]),
    ]);
    return new NatsSite(platform, startExtractor, payload, server, gateways, extractors);
  }

  /** One extractor more. */
  async join(): Promise<ExtractorProcess> {
    const env = {
      LANDMARK_FORWARDER: 'nats',
      NATS_URL: this.server.url(`landmark-extractor-${this.extractors.length}`),
    };
    const extractor = await this.startExtractor(env);
    this.extractors.push(extractor);
    return extractor;
  }

  /** So many captures that run, in turn at these gateways. */
  async film(count: number, gateways: readonly GatewayProcess[] = this.gateways): Promise<FilmedCapture[]> {
    const start = (_: unknown, turn: number): Promise<FilmedCapture> => {
      const gateway = gateways[turn % gateways.length] as GatewayProcess;
      this.#captures += 1;
      return FilmedCapture.start(gateway.url(), `capture-${this.#captures}`, this.jpeg);
    };
    const captures: FilmedCapture[] = [];
    // not all in one moment, as caregivers come
    while (captures.length < count) captures.push(...(await Promise.all(Array.from({ length: 10 }, start))));
    return captures;
  }

  /** Those of the first gateway, and those of the second. */
  byGateway(captures: readonly FilmedCapture[]): [FilmedCapture[], FilmedCapture[]] {
    const first = captures.filter(({ url }) => url === this.gateways[0].url());
    return [first, captures.filter((capture) => !first.includes(capture))];
  }

  /** Those that an extractor has. */
  async of(captures: readonly FilmedCapture[], extractor: ExtractorProcess): Promise<FilmedCapture[]> {
    const held = await Promise.all(captures.map(({ capture_id }) => this.holders(capture_id, [extractor])));
    return captures.filter((_, index) => held[index]?.length === 1);
  }

  /** Who of these has frames of a capture; whoever was asked too, and answered too late, has none. */
  async holders(capture_id: string, extractors: readonly ExtractorProcess[] = this.extractors) {
    const summaries = await Promise.all(extractors.map((extractor) => extractor.summary(capture_id)));
    return extractors.filter((_, index) => (summaries[index]?.frame_count ?? 0) > 0);
  }

  /**
   * Lets captures go on for a while, and ends them: each has to be whole, in order, at one of these extractors, which had
   * its one end.
   */
  async expectWhole(
    captures: readonly FilmedCapture[],
    extractors: readonly ExtractorProcess[] = this.extractors,
  ): Promise<void> {
    await Promise.all(captures.map((capture) => capture.goesOn(5)));
    await Promise.all(captures.map((capture) => capture.finish()));
    for (const { capture_id, verdict, frames_sent } of captures) {
      expect([capture_id, verdict]).toMatchObject([capture_id, { event: 'capture.closed', frame_count: frames_sent }]);
      const holders = await this.holders(capture_id, extractors);
      expect(await Promise.all(holders.map((extractor) => extractor.summary(capture_id)))).toMatchObject([
        {
          frame_count: frames_sent,
          first_seq: 1,
          last_seq: frames_sent,
          terminal: { event: 'capture.close', error_code: null },
        },
      ]);
    }
  }

  async stop(): Promise<void> {
    await this.platform.stop();
  }
}
