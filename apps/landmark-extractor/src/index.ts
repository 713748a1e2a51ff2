export type { CaptureSummary } from './capture-summary.js';
export { readLandmarkThreads } from './config.js';
export { LandmarkExtractorModule } from './landmark-extractor.module.js';
export type { LandmarkExtractorModuleOptions } from './landmark-extractor.module-definition.js';
export type { Picture } from './landmarks/picture.js';
export type { FrameLandmarksMessage } from './landmarks/frame-landmarks.js';
export { ThreadedLandmarkFinder } from './landmarks/threaded-landmark-finder.js';
export { openJpegOnly, PictureDecoder } from './picture-decoder.js';
export { ReferenceExtractor } from './reference-extractor.js';
