export type { CaptureSummary } from './capture-summary.js';
export { LandmarkExtractorModule } from './landmark-extractor.module.js';
export { ReferenceExtractor } from './reference-extractor.js';
