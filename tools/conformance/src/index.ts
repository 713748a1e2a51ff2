export { Cast } from './cast.js';
export { clientMessage, outgoing, type Outgoing } from './client-message.js';
export { EXTRACTOR_CHECKS } from './extractor/judge-extractor.js';
export { readTranscripts } from './read-transcripts.js';
export { replay } from './replay.js';
export { run, type Io } from './run.js';
export { SESSION_MANAGER_CHECKS } from './session-manager/judge-session-manager.js';
export type { ObservedExtractor, Site } from './site.js';
export type { Needs, Transcript } from './transcript.js';
