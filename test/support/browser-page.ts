import type { BrowserContext, Locator, Page } from 'playwright-core';

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
  | 'result';

/** Runs in the page before its own scripts: notes every status, and every camera track the page was ever given. */
function watch(): void {
  const statuses: string[] = [];
  const tracks: MediaStreamTrack[] = [];
  Object.assign(window, { statuses, tracks });

  const note = (): void => {
    const status = document.querySelector('[data-testid=status]')?.textContent.trim();
    if (status && status !== statuses.at(-1)) statuses.push(status);
  };
  new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });

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

declare global {
  interface Window {
    readonly statuses: PageStatus[];
    readonly tracks: MediaStreamTrack[];
  }
}

/** The capture page as a caregiver uses it, and all it does that nobody is to see. */
export class CapturePage {
  /** What the browser complained of: errors on the console, errors nobody caught, requests to another origin. */
  readonly complaints: string[] = [];
  /** The text messages the page sent to the gateway, oldest first. */
  readonly sent: Record<string, unknown>[] = [];

  private constructor(
    readonly page: Page,
    readonly origin: string,
  ) {}

  /** A page of its own in the context, at `path` of the origin. */
  static async open(context: BrowserContext, origin: string, path = '/'): Promise<CapturePage> {
    const page = await context.newPage();
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
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('websocket', (socket) => {
      expectOwn(socket.url());
      socket.on('framesent', ({ payload }) => {
        if (typeof payload === 'string') this.sent.push(JSON.parse(payload) as Record<string, unknown>);
      });
    });
  }

  by(id: TestId): Locator {
    return this.page.getByTestId(id);
  }

  async text(id: TestId): Promise<string> {
    return (await this.by(id).innerText()).trim();
  }

  /** Resolves once the page is in this state. */
  async is(status: PageStatus): Promise<void> {
    await this.by('status')
      .filter({ hasText: new RegExp(`^\\s*${status}\\s*$`) })
      .waitFor();
  }

  /** Every status the page was in, oldest first. */
  statuses(): Promise<PageStatus[]> {
    return this.page.evaluate(() => window.statuses);
  }

  /** Whether a camera is on. */
  cameraOn(): Promise<boolean> {
    return this.page.evaluate(() => window.tracks.some(({ readyState }) => readyState === 'live'));
  }

  /** The capture_id of the last capture the page opened. */
  get capture_id(): string {
    const open = this.sent.findLast(({ event }) => event === 'capture.open');
    if (!open) throw new Error('no capture was opened');
    return open['capture_id'] as string;
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

  /** Resolves once so many frames have arrived. */
  async delivered(frames: number): Promise<void> {
    await this.page.waitForFunction((least) => {
      const text = document.querySelector('[data-testid=frames-delivered]')?.textContent ?? '';
      return Number.parseInt(text, 10) >= least;
    }, frames);
  }
}
