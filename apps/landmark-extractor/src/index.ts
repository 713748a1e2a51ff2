export type { CaptureSummary } from './capture-summary.js';
export { LandmarkExtractorModule } from './landmark-extractor.module.js';
export { ThreadedLandmarkFinder } from './landmarks/threaded-landmark-finder.js';
export { ReferenceExtractor } from './reference-extractor.js';
