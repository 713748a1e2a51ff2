export { NatsCaptureRegistrar } from './nats-capture-registrar.js';
export { NatsCluster } from './nats-cluster.js';
export { NatsExtractorWorker } from './nats-extractor-worker.js';
export { NatsLandmarkForwarder } from './nats-landmark-forwarder.js';
export { NatsSessionEnds } from './nats-session-ends.js';
export { readNatsUrl, requireNatsUrl } from './nats-url.js';
