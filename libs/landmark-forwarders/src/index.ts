export { encodeEnd, encodeFrameHeader, encodeOpen } from './direct/direct-framing.js';
export type { DirectAnswer, DirectEndMessage, DirectFrameHeader, DirectOpenMessage } from './direct/direct-framing.js';
export { DirectLandmarkForwarder } from './direct/direct-landmark-forwarder.js';
export { serveDirectStream } from './direct/direct-stream-server.js';
export { type ForwarderConfig, readForwarder } from './forwarder-config.js';
export { InProcessLandmarkForwarder } from './in-process/in-process-landmark-forwarder.js';
export { LandmarkExtractor, Nak, type ExtractorStream, type NakCode } from './landmark-extractor.js';
