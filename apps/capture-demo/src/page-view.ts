import { byId, setText } from './dom.js';
import { type Action, actionsOf } from './page-actions.js';
import { deliveredIn, type Page, problemIn, statusOf } from './page-state.js';
import { wordsOf } from './page-words.js';
import { explanationOf } from './problem.js';
import type { Catalogue } from './words/english.js';

const ACTIONS: readonly Action[] = [
  'start-session',
  'other-person',
  'end-session',
  'start-preview',
  'stop-preview',
  'start-capture',
  'stop-capture',
];

/** Puts the page into the document, and keeps the keyboard where it is needed. */
export class PageView {
  readonly buttons = Object.fromEntries(ACTIONS.map((action) => [action, byId(action, HTMLButtonElement)])) as Readonly<
    Record<Action, HTMLButtonElement>
  >;
  readonly #status = byId('status', HTMLElement);
  readonly #headline = byId('headline', HTMLElement);
  readonly #words = byId('words', HTMLElement);
  readonly #problem = byId('problem', HTMLElement);
  readonly #error_text = byId('error-text', HTMLElement);
  readonly #error_code = byId('error-code', HTMLElement);
  readonly #session = byId('session', HTMLElement);
  readonly #session_user = byId('session-user', HTMLElement);
  readonly #session_id = byId('session-id', HTMLElement);
  readonly #details_session = byId('details-session', HTMLElement);
  readonly #session_form = byId('session-form', HTMLElement);
  readonly #intent_field = byId('intent-field', HTMLElement);
  readonly #preview = byId('preview', HTMLElement);
  readonly #countdown = byId('countdown', HTMLElement);
  readonly #series = byId('series', HTMLElement);
  readonly #details = byId('details', HTMLElement);
  readonly #legend = byId('legend', HTMLElement);
  #was_recording = false;

  constructor(private readonly words: Catalogue) {}

  /** Shows the page; `times` is how many recordings the next press of the large button starts. */
  render(page: Page, times: number): void {
    const status = statusOf(page);
    document.body.dataset['status'] = status;
    const camera = cameraOf(page);
    document.body.dataset['camera'] = camera;
    setText(this.#status, status);
    this.#say(page);
    this.#nameSession(page);
    this.#intent_field.hidden = this.#series.hidden = page.at !== 'previewing';
    const is_running = page.at === 'capturing' || page.at === 'closing';
    this.#preview.hidden = camera === 'off' || page.at === 'opening_camera';
    this.#details.hidden = !is_running && deliveredIn(page) === null;
    this.#legend.hidden = !is_running && page.at !== 'counting';
    this.#countdown.hidden = page.at !== 'counting';
    setText(this.#countdown, page.at === 'counting' ? String(page.seconds) : '');
    this.#offer(page, times);
    this.#was_recording = is_running;
  }

  #say(page: Page): void {
    const { headline, words } = wordsOf(page, this.words);
    const problem = problemIn(page);
    setText(this.#headline, headline);
    setText(this.#words, words);
    this.#problem.hidden = problem === null;
    setText(this.#error_text, problem ? explanationOf(problem, this.words) : '');
    setText(this.#error_code, problem?.code ?? '');
  }

  #nameSession(page: Page): void {
    const session = 'session' in page ? page.session : null;
    this.#session.hidden = session === null;
    this.#session_form.hidden = session !== null || page.at === 'asking_name';
    setText(this.#session_user, session?.user_id ?? '');
    setText(this.#session_id, session?.session_id ?? '');
    setText(this.#details_session, session?.session_id ?? '');
  }

  #offer(page: Page, times: number): void {
    const { primary, labels } = actionsOf(page, times, this.words);
    const focused = document.activeElement;
    for (const action of ACTIONS) {
      const button = this.buttons[action];
      const label = labels[action];
      button.hidden = label === undefined;
      if (label !== undefined) setText(button, label);
      button.classList.toggle('primary', action === primary);
    }
    // one key for each repetition; and where the focused button is gone, the next thing to do or the words have the focus
    const is_over = this.#was_recording && page.at !== 'capturing' && page.at !== 'closing';
    if (is_over || focused?.getClientRects().length === 0) (primary ? this.buttons[primary] : this.#headline).focus();
  }
}

/** What the camera is for, which decides how much room the picture has. */
function cameraOf({ at }: Page): 'off' | 'on' | 'recording' {
  if (at === 'opening_camera' || at === 'previewing') return 'on';
  return at === 'counting' || at === 'capturing' || at === 'closing' ? 'recording' : 'off';
}
