export { NatsCaptureRegistrar } from './nats/nats-capture-registrar.js';
export { NatsCluster } from './nats/nats-cluster.js';
export { NatsExtractorWorker } from './nats/nats-extractor-worker.js';
export { NatsLandmarkForwarder } from './nats/nats-landmark-forwarder.js';
export { NatsSessionEnds } from './nats/nats-session-ends.js';
export { requireNatsUrl } from './nats/nats-url.js';
