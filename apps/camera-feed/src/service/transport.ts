import type { CaptureLimits, LandmarkForwarder } from '@a3cp/capture-domain';
import type { Connections } from '@a3cp/service';
import { DirectLandmarkForwarder, type ForwarderConfig } from '@a3cp/landmark-forwarders';
import { NatsCluster, NatsLandmarkForwarder } from '@a3cp/landmark-forwarders/nats';
import type { ExtractorAddress } from './config.js';

/** What the configured transport brings into the service. */
export interface Transport {
  readonly forwarder: LandmarkForwarder;
  /** All gateways that share the transport; null if each gateway is on its own. */
  readonly cluster: NatsCluster | null;
  /** The connections without which the service is not ready. */
  readonly connections: Connections;
}

/** The one place where a configured transport is made. */
export function transportOf(config: ForwarderConfig<ExtractorAddress>, { max_frame_bytes }: CaptureLimits): Transport {
  switch (config.transport) {
    case 'direct':
      return {
        forwarder: new DirectLandmarkForwarder(config.extractor_url, config.secret),
        cluster: null,
        connections: {},
      };
    case 'nats': {
      const forwarder = new NatsLandmarkForwarder(config.nats_url, max_frame_bytes);
      return {
        forwarder,
        cluster: new NatsCluster(config.nats_url, max_frame_bytes),
        connections: { nats: () => forwarder.fault },
      };
    }
  }
}
