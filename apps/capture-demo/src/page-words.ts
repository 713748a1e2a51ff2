import { deliveredIn, type Page, problemIn } from './page-state.js';
import type { Catalogue } from './words/english.js';

/** What the page says, to eyes and to a screen reader alike. */
export interface PageWords {
  readonly headline: string;
  readonly words: string;
}

/** The page's words; they change when it changes, never with a number that ticks. */
export function wordsOf(page: Page, { headlines, words, delivered, problems }: Catalogue): PageWords {
  const problem = problemIn(page);
  if (problem) return { headline: problems[problem.of].headline, words: problems[problem.of].lost };
  const result = deliveredIn(page);
  if (result) return { headline: headlines.delivered, words: delivered[result.movement] };
  switch (page.at) {
    case 'signed_out':
    case 'starting_session':
      return { headline: headlines.signedOut, words: words.signedOut };
    case 'ready':
    case 'opening_camera':
      return { headline: headlines.cameraOff, words: words.cameraOff };
    case 'previewing':
      return { headline: headlines.previewing, words: words.previewing };
    case 'counting':
      return { headline: headlines.counting, words: words.counting };
    case 'capturing':
      return { headline: headlines.capturing, words: page.waiting ? words.capturingWaits : words.capturing };
    case 'closing':
      return { headline: headlines.closing, words: page.waiting ? words.closingWaits : words.closing };
    case 'ending_session':
      return { headline: headlines.endingSession, words: words.endingSession };
  }
}
