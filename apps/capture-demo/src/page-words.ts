import { deliveredIn, type Page, problemIn } from './page-state.js';
import { faultsOf, type Recording } from './recording.js';
import type { RunningSeries } from './series.js';
import type { Catalogue } from './words/english.js';

/** What the page says, to eyes and to a screen reader alike. */
export interface PageWords {
  readonly headline: string;
  readonly words: string;
}

/** The page's words; they change when it changes, never with a number that ticks. */
export function wordsOf(page: Page, { headlines, words, delivered, faults, problems }: Catalogue): PageWords {
  const problem = problemIn(page);
  if (problem) return { headline: problems[problem.of].headline, words: problems[problem.of].lost };
  const recording = deliveredIn(page);
  if (recording) return wordsOfRecording(recording, { headlines, delivered, faults });
  switch (page.at) {
    case 'signed_out':
    case 'starting_session':
      return { headline: headlines.signedOut, words: words.signedOut };
    case 'asking_name':
      return { headline: headlines.askingName, words: words.askingName(page.user_id, page.known) };
    case 'ready':
    case 'opening_camera':
      return { headline: headlines.cameraOff, words: words.cameraOff };
    case 'previewing':
      return { headline: headlines.previewing, words: words.previewing };
    case 'counting':
      return { headline: headlines.counting, words: inSeries(page.series, words) ?? words.counting };
    case 'capturing':
      return {
        headline: headlines.capturing(page.intent, page.session.user_id),
        words: page.waiting ? words.capturingWaits : (inSeries(page.series, words) ?? words.capturing),
      };
    case 'closing':
      return { headline: headlines.closing, words: page.waiting ? words.closingWaits : words.closing };
    case 'ending_session':
      return { headline: headlines.endingSession, words: words.endingSession };
  }
}

function inSeries(series: RunningSeries | null, words: Catalogue['words']): string | undefined {
  return series ? words.series(series.nth, series.times) : undefined;
}

function wordsOfRecording(
  recording: Recording,
  { headlines, delivered, faults }: Pick<Catalogue, 'headlines' | 'delivered' | 'faults'>,
): PageWords {
  const found = faultsOf(recording);
  const { movement } = recording;
  if (found.length > 0 || movement === 'no_person' || movement === 'no_hand') {
    const words = [delivered.faulty, ...found.map((fault) => faults[fault])].join(' ');
    return { headline: headlines.faulty, words };
  }
  return { headline: headlines.delivered, words: delivered[movement] };
}
