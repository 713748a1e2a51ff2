import type { CompletedCapture } from '@a3cp/capture-client';
import type { Session } from './page-state.js';
import type { Problem } from './problem.js';
import type { Movement, Picture } from './recording.js';
import type { Series } from './series.js';

/** What a capture leaves for another one: the camera and the session, the session alone, or nothing. */
export type Left = 'camera' | 'session' | 'nothing';

/** What happens to the page: what the person wants, and what becomes of it. */
export type PageEvent =
  /** `known` is a name that this one resembles. While that is asked about, it is the answer that they are the same. */
  | { readonly type: 'start_session'; readonly user_id: string; readonly known: string | null }
  /** The answer that they are not the same. */
  | { readonly type: 'start_other_session' }
  | { readonly type: 'end_session' }
  | { readonly type: 'start_preview' }
  | { readonly type: 'stop_preview' }
  | { readonly type: 'start_capture'; readonly intent: string; readonly series: Series | null }
  /** Ends a capture well, or takes it back while it is counted down; ends a series. */
  | { readonly type: 'stop_capture' }
  | { readonly type: 'look_at'; readonly capture_id: string }
  | { readonly type: 'discard'; readonly capture_id: string }
  | { readonly type: 'session.started'; readonly session: Session }
  | { readonly type: 'session.not_started'; readonly problem: Problem }
  | { readonly type: 'session.ended' }
  | { readonly type: 'session.not_ended'; readonly problem: Problem }
  | { readonly type: 'camera.opened' }
  /** The person wants another camera. */
  | { readonly type: 'change_camera' }
  /** The page is out of sight: another page or app is in front of it, or the screen is locked. */
  | { readonly type: 'page.hidden'; readonly problem: Problem }
  /** It could not be opened, or was taken away. */
  | { readonly type: 'camera.gone'; readonly problem: Problem }
  /** A second of the countdown. */
  | { readonly type: 'second.passed' }
  /** Pictures are on the way and nothing moves in the network, or something moves again. */
  | { readonly type: 'network.changed'; readonly waiting: boolean }
  | { readonly type: 'capture.closing' }
  | {
      readonly type: 'capture.completed';
      readonly result: CompletedCapture;
      /** Event time from the first picture to the last, in milliseconds. */
      readonly elapsed_ms: number;
      readonly picture: Picture;
      readonly left: Left;
    }
  | { readonly type: 'capture.lost'; readonly problem: Problem; readonly left: Left }
  | { readonly type: 'capture.discarded'; readonly capture_id: string }
  | { readonly type: 'capture.not_discarded'; readonly problem: Problem }
  | { readonly type: 'movement.settled'; readonly capture_id: string; readonly movement: Movement };

/** What the page wants done; each answers with an event. */
export type PageEffect =
  | { readonly type: 'start_session'; readonly user_id: string }
  | { readonly type: 'end_session'; readonly session: Session }
  | { readonly type: 'open_camera' }
  | { readonly type: 'close_camera' }
  | { readonly type: 'start_counting' }
  | { readonly type: 'stop_counting' }
  | {
      readonly type: 'start_capture';
      readonly session: Session;
      readonly intent: string;
      /** Null for as long as the server allows. */
      readonly length_s: number | null;
    }
  | { readonly type: 'stop_capture' }
  /** Ends a capture without waiting for anything. */
  | { readonly type: 'give_up_capture' }
  | { readonly type: 'find_movement'; readonly capture_id: string; readonly aspect: number }
  | { readonly type: 'discard'; readonly capture_id: string };
