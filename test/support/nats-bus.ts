import type { LandmarkExtractor } from '@a3cp/landmark-forwarders';
import { NatsExtractorWorker, NatsLandmarkForwarder } from '@a3cp/landmark-forwarders/nats';
import { ManualClock } from './manual-clock.js';
import { NatsServer } from './nats-server.js';

const running = new Set<NatsBus>();

/** Every bus of this test. */
export function buses(): NatsBus[] {
  return [...running];
}

/** Ends every bus a test left running; for `afterEach`. */
export async function stopBuses(): Promise<void> {
  await Promise.all([...running].map((bus) => bus.stop()));
}

/** The real server, a gateway's end and those of extractors, with one clock moved by hand. */
export class NatsBus {
  readonly clock = new ManualClock();
  readonly forwarder: NatsLandmarkForwarder;
  readonly workers: NatsExtractorWorker[] = [];

  private constructor(readonly server: NatsServer) {
    running.add(this);
    this.forwarder = new NatsLandmarkForwarder(server.url('camera-feed-0'), undefined, this.clock);
  }

  static async start(...extractors: LandmarkExtractor[]): Promise<NatsBus> {
    return NatsBus.at(await NatsServer.start(), ...extractors);
  }

  /** At a server that runs already. */
  static async at(server: NatsServer, ...extractors: LandmarkExtractor[]): Promise<NatsBus> {
    const bus = new NatsBus(server);
    await bus.forwarder.onModuleInit();
    for (const extractor of extractors) await bus.join(extractor);
    return bus;
  }

  /** One extractor more; resolves once it is asked for captures. */
  async join(extractor: LandmarkExtractor): Promise<NatsExtractorWorker> {
    const worker = new NatsExtractorWorker(
      this.server.url(`landmark-extractor-${this.workers.length}`),
      extractor,
      this.clock,
    );
    this.workers.push(worker);
    await worker.onApplicationBootstrap();
    return worker;
  }

  /** Ends all three as their programs do: what was said has arrived then. */
  async stop(): Promise<void> {
    if (!running.delete(this)) return;
    await this.forwarder.onApplicationShutdown();
    for (const worker of this.workers) worker.onModuleDestroy();
    const stopped = Promise.all(this.workers.map((worker) => worker.beforeApplicationShutdown()));
    // what a test left running is given up
    this.clock.advance(27_000);
    await stopped;
    await this.server.stop();
  }
}
