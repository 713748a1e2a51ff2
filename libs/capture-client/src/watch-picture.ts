import type { CameraVideo } from './camera-types.js';
import { PictureCheck, type PictureFault } from './picture-check.js';

const INTERVAL_MS = 250;

/** Points of a sample: enough for noise to be in it, and too few to cost anything. */
const SAMPLE = { width: 32, height: 24 };

/** `readyState` of a video that has a picture to show. */
const HAVE_CURRENT_DATA = 2;

/**
 * Checks a playing video four times a second for faults that make a recording worthless; in browsers only. Calls `judge` when the
 * fault changes, with null when it is gone. Returns the function that stops it. Keeps no picture.
 */
export function watchPicture(video: CameraVideo, judge: (fault: PictureFault | null) => void): () => void {
  const canvas = Object.assign(document.createElement('canvas'), SAMPLE);
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (!context) return () => undefined;
  // the mean of many points has no noise
  context.imageSmoothingEnabled = false;
  let check = new PictureCheck();
  let judged: PictureFault | null = null;
  const look = (): void => {
    // browsers stop the video of a page that is not in view
    if (document.hidden || video.readyState < HAVE_CURRENT_DATA) {
      check = new PictureCheck();
      return;
    }
    context.drawImage(video, 0, 0, SAMPLE.width, SAMPLE.height);
    const { data } = context.getImageData(0, 0, SAMPLE.width, SAMPLE.height);
    const fault = check.look(data, performance.now());
    if (fault === judged) return;
    judged = fault;
    judge(fault);
  };
  const timer = setInterval(look, INTERVAL_MS);
  return () => clearInterval(timer);
}
