import type { CaptureClientMessage, CaptureServerMessage } from '@a3cp/capture-protocol';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Locator, Page } from 'playwright-core';

const SCREENSHOTS = fileURLToPath(new URL('../browser/screenshots/', import.meta.url));

/** The one word the page is in. */
export type PageStatus = 'idle' | 'previewing' | 'capturing' | 'closing' | 'done' | 'aborted' | 'error';

/** What the page is asked about by its `data-testid`s. */
export type TestId =
  | 'user-id'
  | 'start-session'
  | 'end-session'
  | 'session-id'
  | 'start-preview'
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
  }
}

/** Runs in the page before its own scripts, and notes what {@link CapturePage} is asked about. */
function watch(): void {
  const watched: Pick<Window, 'statuses' | 'tracks'> = { statuses: [], tracks: [] };
  const { statuses, tracks } = Object.assign(window, watched);

  new MutationObserver(() => {
    const status = document.querySelector('[data-testid=status]')?.textContent.trim() as PageStatus | undefined;
    if (status && status !== statuses.at(-1)) statuses.push(status);
  }).observe(document, { subtree: true, childList: true, characterData: true });

  const { mediaDevices } = navigator;
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

/** The capture page as a caregiver uses it, and all it does that nobody is to see. */
export class CapturePage {
  /** What the browser complained of: errors on the console, errors nobody caught, requests to another origin. */
  readonly complaints: string[] = [];
  /** What the page told the gateway, oldest first. */
  readonly sent: CaptureClientMessage[] = [];
  /** The pictures it sent, oldest first. */
  readonly jpegs: Buffer[] = [];
  /** What the gateway told the page, oldest first. */
  readonly heard: CaptureServerMessage[] = [];

  private constructor(
    readonly page: Page,
    readonly origin: string,
  ) {}

  /** A page of its own in the context, at `path` of the origin. */
  static async open(context: BrowserContext, origin: string, path = '/'): Promise<CapturePage> {
    const page = await context.newPage();
    // a test has one patience for all
    page.setDefaultTimeout(0);
    const capture = new CapturePage(page, origin);
    capture.#listen();
    await page.addInitScript(watch);
    await page.goto(new URL(path, origin).href);
    return capture;
  }

  #listen(): void {
    const { page, complaints } = this;
    const { host } = new URL(this.origin);
    const expectOwn = (url: string): void => {
      const { protocol, host: asked } = new URL(url);
      if (/^(http|ws)s?:$/.test(protocol) && asked !== host) complaints.push(`request to ${url}`);
    };
    page.on('request', (request) => expectOwn(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('websocket', (socket) => {
      expectOwn(socket.url());
      socket.on('framesent', ({ payload }) => {
        if (typeof payload === 'string') this.sent.push(JSON.parse(payload) as CaptureClientMessage);
        else this.jpegs.push(payload);
      });
      socket.on('framereceived', ({ payload }) => {
        this.heard.push(JSON.parse(payload.toString()) as CaptureServerMessage);
      });
    });
  }

  by(id: TestId): Locator {
    return this.page.getByTestId(id);
  }

  async text(id: TestId): Promise<string> {
    return (await this.by(id).innerText()).trim();
  }

  /** Resolves once the page is in this state; rejects once it has failed instead, and says how. */
  async is(status: PageStatus): Promise<void> {
    const over = this.by('status').filter({ hasText: new RegExp(`^\\s*(${status}|aborted|error)\\s*$`) });
    await over.waitFor();
    if ((await this.text('status')) !== status) throw new Error(`expected ${status}, but ${await this.#story()}`);
  }

  /** Where the page has been, for whoever waited for something else. */
  async #story(): Promise<string> {
    const statuses = (await this.statuses()).join(', ');
    const code = (await this.by('error-code').textContent()) ?? '';
    const frames = (await this.by('frames-delivered').textContent()) ?? '';
    return `it went ${statuses}; code "${code}", ${frames} frames delivered; ${this.complaints.join(' ')}`;
  }

  /** Puts what is in the window into test/browser/screenshots, for people to look at; it is not kept. */
  async show(name: string): Promise<void> {
    await this.page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
  }

  /** Every status the page was in, oldest first. */
  statuses(): Promise<PageStatus[]> {
    return this.page.evaluate(() => window.statuses);
  }

  /** Whether a camera is on. */
  cameraOn(): Promise<boolean> {
    return this.page.evaluate(() => window.tracks.some(({ readyState }) => readyState === 'live'));
  }

  /** The capture_id of the last capture the page opened, empty if there was none. */
  get capture_id(): string {
    return this.sent.findLast(({ event }) => event === 'capture.open')?.capture_id ?? '';
  }

  /** When each frame of the page's only capture was taken, as the page says, in milliseconds since the start. */
  get frame_times(): number[] {
    const stamps = this.sent.flatMap((message) => {
      if (message.event === 'capture.close') return [];
      return [message.event === 'capture.open' ? message.timestamp_start : message.timestamp_frame];
    });
    const [start = NaN, ...frames] = stamps.map((stamp) => Date.parse(stamp));
    return frames.map((frame) => frame - start);
  }

  /** Starts a session and shows the camera. */
  async preview(user_id = 'demo-user'): Promise<void> {
    await this.startSession(user_id);
    await this.by('start-preview').click();
    await this.is('previewing');
  }

  async startSession(user_id: string): Promise<void> {
    await this.by('user-id').fill(user_id);
    await this.by('start-session').click();
    await this.by('session-id').filter({ hasText: /\S/ }).waitFor();
  }

  /** Presses the large button, and waits out its countdown. */
  async capture(): Promise<void> {
    await this.by('start-capture').click();
    await this.is('capturing');
  }

  /** Resolves once so many frames have arrived; rejects once the capture is over with fewer, and says how. */
  async delivered(frames: number): Promise<void> {
    const enough = await this.page.waitForFunction((least) => {
      const read = (id: string): string => document.querySelector(`[data-testid=${id}]`)?.textContent.trim() ?? '';
      if (Number.parseInt(read('frames-delivered'), 10) >= least) return 'enough';
      return read('status') !== 'capturing' && 'over';
    }, frames);
    if ((await enough.jsonValue()) === 'over') throw new Error(`expected ${frames} frames, but ${await this.#story()}`);
  }
}
