export { Cast } from './cast.js';
export { clientMessage, outgoing, type Outgoing } from './client-message.js';
export { readTranscripts } from './read-transcripts.js';
export { replay } from './replay.js';
export { run, type Io } from './run.js';
export type { ObservedExtractor, Site } from './site.js';
export type { Needs, Transcript } from './transcript.js';
