import './style.css';
import { CameraError, isBrowserOutdated } from '@a3cp/capture-client';
import { CameraChoice } from './camera-choice.js';
import { Camera } from './camera.js';
import { Captures } from './captures.js';
import { ClockView } from './clock-view.js';
import { byId } from './dom.js';
import { discardCapture } from './landmarks.js';
import { LegendView } from './legend-view.js';
import { Movements } from './movements.js';
import { alikeName } from './names.js';
import { NumbersView } from './numbers-view.js';
import { Overlay } from './overlay.js';
import type { PageEffect, PageEvent } from './page-event.js';
import { deliveredIn, FIRST_PAGE, type Page, recordingsIn } from './page-state.js';
import { transition } from './page-transition.js';
import { PageView } from './page-view.js';
import { PictureFaultView } from './picture-fault-view.js';
import { problemOf } from './problem.js';
import { ResultView } from './result-view.js';
import { SeriesForm } from './series-form.js';
import { endSession, startSession } from './session-manager.js';
import { StripView } from './strip-view.js';
import { writeStaticWords } from './static-words.js';
import { WakeLock } from './wake-lock.js';
import { languageFor } from './words/languages.js';

const SECOND_MS = 1000;

const preview = byId('preview', HTMLVideoElement);
const user_id = byId('user-id', HTMLInputElement);
const intent = byId('intent', HTMLInputElement);

const language = languageFor(navigator.languages);
const { words } = language;

const view = new PageView(words);
const result = new ResultView(words, (capture_id) => dispatch({ type: 'discard', capture_id }));
const strip = new StripView(words.recordings, (capture_id) => dispatch({ type: 'look_at', capture_id }));
const series = new SeriesForm(render);
const picture_fault = new PictureFaultView(words.picture_faults);
const wake_lock = new WakeLock();
const camera_choice = new CameraChoice(() => dispatch({ type: 'change_camera' }), words.camera);
const overlay_canvas = byId('overlay', HTMLCanvasElement);
const camera = new Camera(preview, [preview, overlay_canvas], () =>
  dispatch({ type: 'camera.gone', problem: problemOf('camera', 'camera_lost') }),
);
const overlay = new Overlay(overlay_canvas);
const numbers = new NumbersView(words.numbers);
const captures = new Captures(camera, { overlay, legend: new LegendView(), numbers, clock: new ClockView() }, dispatch);

const movements = new Movements((capture_id, report) => {
  result.hear(capture_id, report);
  if (report.kind === 'looking') return;
  const movement = report.kind === 'movement' ? 'shown' : report.kind;
  dispatch({ type: 'movement.settled', capture_id, movement });
});

/** The names that had a session on this page. */
const names: string[] = [];

let page: Page = FIRST_PAGE;
let countdown: number | undefined;

function dispatch(event: PageEvent): void {
  const next = transition(page, event);
  // stored first: an effect may answer at once
  page = next.page;
  if (event.type === 'session.started') names.push(event.session.user_id);
  // the next person means another word
  if (page.at === 'signed_out') intent.value = '';
  render();
  picture_fault.render(page);
  camera_choice.render(page);
  for (const effect of next.effects) carryOut(effect);
  wake_lock.keep(camera.isLive);
}

function render(): void {
  view.render(page, series.series?.times ?? 1);
  const shown = deliveredIn(page);
  const word = 'intent' in page ? page.intent : wordOf(intent);
  const of_word = recordingsIn(page).filter((recording) => recording.intent === word);
  strip.render(of_word, word, shown, page.at === 'ready' || page.at === 'previewing');
  result.render(shown);
  if (shown) numbers.settle(shown);
}

function wordOf({ value }: HTMLInputElement): string {
  return value.trim();
}

function carryOut(effect: PageEffect): void {
  switch (effect.type) {
    case 'start_session':
      void startSession(effect.user_id).then((session) =>
        dispatch(
          'code' in session ? { type: 'session.not_started', problem: session } : { type: 'session.started', session },
        ),
      );
      return;
    case 'end_session':
      void endSession(effect.session).then((problem) =>
        dispatch(problem ? { type: 'session.not_ended', problem } : { type: 'session.ended' }),
      );
      return;
    case 'open_camera':
      void openCamera();
      return;
    case 'close_camera':
      camera.close();
      return;
    case 'start_counting':
      countdown = setInterval(() => dispatch({ type: 'second.passed' }), SECOND_MS);
      return;
    case 'stop_counting':
      clearInterval(countdown);
      return;
    case 'start_capture':
      captures.start(effect.session, effect.intent, effect.length_s);
      return;
    case 'stop_capture':
      captures.stop();
      return;
    case 'give_up_capture':
      captures.giveUp();
      return;
    case 'find_movement':
      movements.find({ capture_id: effect.capture_id, aspect: effect.aspect });
      return;
    case 'discard':
      discardCapture(effect.capture_id).then(
        () => dispatch({ type: 'capture.discarded', capture_id: effect.capture_id }),
        () => dispatch({ type: 'capture.not_discarded', problem: problemOf('discard', 'server_unreachable') }),
      );
  }
}

async function openCamera(): Promise<void> {
  try {
    await camera.open(await camera_choice.open());
    await camera_choice.offer(camera.track);
    dispatch({ type: 'camera.opened' });
  } catch (error) {
    const code = error instanceof CameraError ? error.code : 'camera_failed';
    dispatch({ type: 'camera.gone', problem: problemOf('camera', code) });
  }
}

byId('session-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  // a phone's keyboard ends a word with a blank, which would make another person of it
  const name = user_id.value.trim();
  dispatch({ type: 'start_session', user_id: name, known: alikeName(names, name) });
});
view.buttons['other-person'].addEventListener('click', () => dispatch({ type: 'start_other_session' }));
view.buttons['end-session'].addEventListener('click', () => dispatch({ type: 'end_session' }));
view.buttons['start-preview'].addEventListener('click', () => dispatch({ type: 'start_preview' }));
view.buttons['stop-preview'].addEventListener('click', () => dispatch({ type: 'stop_preview' }));
view.buttons['start-capture'].addEventListener('click', ({ detail }) => {
  // the second click of a double click on Stop, which was in the same place
  if (detail < 2) dispatch({ type: 'start_capture', intent: wordOf(intent), series: series.series });
});
intent.addEventListener('input', render);
view.buttons['stop-capture'].addEventListener('click', () => dispatch({ type: 'stop_capture' }));
// wherever the focus is: a frightened person must be able to stop the recording
addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') dispatch({ type: 'stop_capture' });
});

// the picture takes the shape of the camera's, which turns with a phone
preview.addEventListener('resize', () =>
  document.documentElement.style.setProperty('--aspect', String(preview.videoWidth / preview.videoHeight)),
);

document.addEventListener('visibilitychange', () => {
  if (document.hidden) dispatch({ type: 'page.hidden', problem: problemOf('recording', 'page_hidden') });
});

// a capture costs the person being filmed real effort: it is not left by a slip
addEventListener('beforeunload', (event) => {
  if (page.at === 'capturing' || page.at === 'closing') event.preventDefault();
});

// without its first state the page says that the browser is too old: public/outdated.js
if (!isBrowserOutdated()) {
  writeStaticWords(language);
  render();
}
