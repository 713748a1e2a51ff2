import type { CaptureClientMessage, CaptureServerMessage } from '@a3cp/capture-protocol';
import { fileURLToPath } from 'node:url';
import type { DrivenPage } from './driven-page.js';

const SCREENSHOTS = fileURLToPath(new URL('../browser/screenshots/', import.meta.url));

/** The states of the page. */
export type PageStatus = 'idle' | 'previewing' | 'capturing' | 'closing' | 'done' | 'aborted' | 'error';

/** The page's `data-testid`s. */
export type TestId =
  | 'user-id'
  | 'start-session'
  | 'end-session'
  | 'session-id'
  | 'start-preview'
  | 'stop-preview'
  | 'camera'
  | 'intent'
  | 'picture-fault'
  | 'start-capture'
  | 'stop-capture'
  | 'status'
  | 'frames-delivered'
  | 'error-code'
  | 'error-text'
  | 'overlay'
  | 'result'
  | 'details'
  | 'recording'
  | 'replay'
  | 'discard'
  | 'other-person'
  | 'series'
  | 'series-times'
  | 'series-length'
  | 'series-pause';

declare global {
  interface Window {
    /** Every status so far, oldest first. */
    readonly statuses: PageStatus[];
    /** Every camera track the page was given or copied. */
    readonly tracks: MediaStreamTrack[];
    /** The messages that the page sent and received, oldest first. */
    readonly messages: { readonly sent: string[]; readonly heard: string[] };
  }
}

/** Runs in the page before its own scripts, and records what {@link CaptureWords} reads. */
export function watch(): void {
  const watched: Pick<Window, 'statuses' | 'tracks' | 'messages'> = {
    statuses: [],
    tracks: [],
    messages: { sent: [], heard: [] },
  };
  const { statuses, tracks, messages } = Object.assign(window, watched);

  const note = (): void => {
    const status = document.querySelector('[data-testid=status]')?.textContent.trim() as PageStatus | undefined;
    if (status && status !== statuses.at(-1)) statuses.push(status);
  };
  note();
  new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });

  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => messages.heard.push(String(data)));
    }

    override send(data: Parameters<WebSocket['send']>[0]): void {
      if (typeof data === 'string') messages.sent.push(data);
      super.send(data);
    }
  };

  // insecure pages have no media devices
  const mediaDevices = navigator.mediaDevices as MediaDevices | undefined;
  if (!mediaDevices) return;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
  // a copy keeps the camera on as well
  const { clone } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.clone = function () {
    const copy = clone.call(this);
    tracks.push(copy);
    return copy;
  };
}

/** Runs in a page before its own scripts, and makes the seconds of its countdown short; they are all it counts. */
export function hastenCountdown(): void {
  const { setInterval } = window;
  const hastened = (handler: TimerHandler, ms?: number): number => setInterval(handler, ms === 1_000 ? 100 : ms);
  Object.assign(window, { setInterval: hastened });
}

/** The capture page as a caregiver uses it, in any browser. */
export class CaptureWords {
  constructor(readonly driven: DrivenPage) {}

  /** Resolves with the value of a function in the page. */
  ask<Value, Given = undefined>(look: (given: Given) => Value | Promise<Value>, given?: Given): Promise<Value> {
    return this.driven.evaluate<Value>(callOf(look, given));
  }

  /** Calls a function in the page after each change of the document, and resolves with its first true value. */
  async until<Value, Given = undefined>(look: (given: Given) => Value | false, given?: Given): Promise<Value> {
    return this.driven.evaluate<Value>(`new Promise((resolve) => {
      const look = () => ${callOf(look, given)};
      const observer = new MutationObserver(() => settle());
      const settle = () => {
        const value = look();
        if (!value) return;
        observer.disconnect();
        resolve(value);
      };
      observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      settle();
    })`);
  }

  async press(id: TestId): Promise<void> {
    await this.shown(id);
    await this.driven.click(id);
  }

  /** Resolves once a control is visible. */
  async shown(id: TestId): Promise<void> {
    await this.until((id) => (document.querySelector(`[data-testid=${id}]`)?.getClientRects().length ?? 0) > 0, id);
  }

  /** Whether a control is visible. */
  isShown(id: TestId): Promise<boolean> {
    return this.ask((id) => (document.querySelector(`[data-testid=${id}]`)?.getClientRects().length ?? 0) > 0, id);
  }

  async text(id: TestId): Promise<string> {
    const text = await this.ask(
      (id) => document.querySelector<HTMLElement>(`[data-testid=${id}]`)?.innerText ?? '',
      id,
    );
    return text.trim();
  }

  /** Resolves once the page is in this state; rejects once it has failed instead, and says how. */
  async is(status: PageStatus): Promise<void> {
    const reached = await this.until((wanted) => {
      const status = document.querySelector('[data-testid=status]')?.textContent.trim() ?? '';
      return [wanted, 'aborted', 'error'].includes(status) && status;
    }, status);
    if (reached !== status) throw new Error(`expected ${status}, but ${await this.story()}`);
  }

  /** The history of the page, for error messages. */
  private async story(): Promise<string> {
    const statuses = (await this.statuses()).join(', ');
    const read = (id: TestId) => this.ask((id) => document.querySelector(`[data-testid=${id}]`)?.textContent ?? '', id);
    const [code, frames] = [await read('error-code'), await read('frames-delivered')];
    return `it went ${statuses}; code "${code}", ${frames} frames delivered; ${this.driven.complaints.join(' ')}`;
  }

  /** Puts what is in the window into test/browser/screenshots, for people to look at; it is not kept. */
  async show(name: string): Promise<void> {
    await this.driven.screenshot(`${SCREENSHOTS}${name}.png`);
  }

  /** Every status the page was in, oldest first. */
  statuses(): Promise<PageStatus[]> {
    return this.ask(() => window.statuses);
  }

  /** Whether a camera is on. */
  cameraOn(): Promise<boolean> {
    return this.ask(() => window.tracks.some(({ readyState }) => readyState === 'live'));
  }

  /** The messages that the page sent and received, oldest first. */
  async messages(): Promise<{ sent: CaptureClientMessage[]; heard: CaptureServerMessage[] }> {
    const { sent, heard } = await this.ask(() => window.messages);
    return {
      sent: sent.map((text) => JSON.parse(text) as CaptureClientMessage),
      heard: heard.map((text) => JSON.parse(text) as CaptureServerMessage),
    };
  }

  async startSession(user_id: string): Promise<void> {
    await this.shown('user-id');
    await this.driven.fill('user-id', user_id);
    await this.press('start-session');
    await this.until(() => document.querySelector('[data-testid=session-id]')?.textContent.trim() !== '');
  }

  /** Starts a session and shows the camera. */
  async preview(user_id = 'demo-user'): Promise<void> {
    await this.startSession(user_id);
    await this.press('start-preview');
    await this.is('previewing');
  }

  /** Presses the large button, and waits out its countdown. */
  async capture(): Promise<void> {
    await this.press('start-capture');
    await this.is('capturing');
  }

  /** Resolves once so many frames have arrived; rejects once the capture is over with fewer, and says how. */
  async delivered(frames: number): Promise<void> {
    const enough = await this.until((least) => {
      const read = (id: string): string => document.querySelector(`[data-testid=${id}]`)?.textContent.trim() ?? '';
      if (Number.parseInt(read('frames-delivered'), 10) >= least) return 'enough';
      return read('status') !== 'capturing' && 'over';
    }, frames);
    if (enough === 'over') throw new Error(`expected ${frames} frames, but ${await this.story()}`);
  }
}

/** When each frame of the only capture in these messages was taken, in milliseconds since the start. */
export function frameTimes(sent: readonly CaptureClientMessage[]): number[] {
  const stamps = sent.flatMap((message) => {
    if (message.event === 'capture.close') return [];
    return [message.event === 'capture.open' ? message.timestamp_start : message.timestamp_frame];
  });
  const [start = NaN, ...frames] = stamps.map((stamp) => Date.parse(stamp));
  return frames.map((frame) => frame - start);
}

/** The expression that calls a function, with the given value if there is one. */
function callOf<Given>(look: (given: Given) => unknown, given?: Given): string {
  return `(${look.toString()})(${given === undefined ? '' : JSON.stringify(given)})`;
}
