export { CaptureSocketClient, terminateClients } from './capture-socket-client.js';
export { FakeExtractor, FakeStream } from './fake-extractor.js';
export { FakeSessionManager } from './fake-session-manager.js';
export { greyJpeg } from './grey-jpeg.js';
export { at, closeMessage, metaMessage, openMessage } from './messages.js';
export { ScriptedExtractor } from './scripted-extractor.js';
