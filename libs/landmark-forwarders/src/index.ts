export { encodeEnd, encodeFrameHeader, encodeOpen } from './direct-framing.js';
export type { DirectAnswer, DirectEndMessage, DirectFrameHeader, DirectOpenMessage } from './direct-framing.js';
export { DirectLandmarkForwarder } from './direct-landmark-forwarder.js';
export { serveDirectStream } from './direct-stream-server.js';
export { InProcessLandmarkForwarder } from './in-process-landmark-forwarder.js';
export { LandmarkExtractor, Nak, type ExtractorStream, type NakCode } from './landmark-extractor.js';
