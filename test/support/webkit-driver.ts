import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Builder, By, Capabilities, Key as WebDriverKey, type WebDriver } from 'selenium-webdriver';
import sharp from 'sharp';
import type { BrowserSetup, DrivenBrowser, DrivenPage, Key, WindowSize } from './driven-page.js';

/** How long a browser may take to start, in milliseconds. */
const LAUNCH_MS = 60_000;

/** The size of the virtual screen. */
const SCREEN: WindowSize = { width: 1400, height: 1000 };

const KEYS: Readonly<Record<Exclude<Key, 'Shift+Tab'>, string>> = {
  Enter: WebDriverKey.ENTER,
  Escape: WebDriverKey.ESCAPE,
  Space: WebDriverKey.SPACE,
  Tab: WebDriverKey.TAB,
};

/** Shrinks the tool bar, whose buttons would make the window wider than a small phone. */
const NARROW_TOOLS = `
  toolbar, toolbutton, box, button, entry, image { min-width: 0; min-height: 0; padding: 0; margin: 0; border: 0; font-size: 1px; }
  toolbutton image { -gtk-icon-transform: scale(0.1); }`;

class WebKitPage implements DrivenPage {
  constructor(
    private readonly driver: WebDriver,
    private readonly directory: string,
    readonly complaints: readonly string[],
  ) {}

  async evaluate<Value>(expression: string): Promise<Value> {
    const { value, error } = await this.driver.executeAsyncScript<{ value: Value; error?: string }>(
      `const done = arguments[arguments.length - 1];
      (async () => (${expression}))().then((value) => done({ value }), (error) => done({ error: String(error) }));`,
    );
    if (error) throw new Error(error);
    return value;
  }

  async click(id: string): Promise<void> {
    await this.driver.findElement(selectorOf(id)).click();
  }

  async fill(id: string, text: string): Promise<void> {
    const field = this.driver.findElement(selectorOf(id));
    await field.clear();
    await field.sendKeys(text);
  }

  async press(key: Key): Promise<void> {
    const actions = this.driver.actions();
    const { SHIFT, TAB } = WebDriverKey;
    await (
      key === 'Shift+Tab' ? actions.keyDown(SHIFT).sendKeys(TAB).keyUp(SHIFT) : actions.sendKeys(KEYS[key])
    ).perform();
  }

  async type(text: string): Promise<void> {
    await this.driver.actions().sendKeys(text).perform();
  }

  async resize({ width, height }: WindowSize): Promise<void> {
    const window = this.driver.manage().window();
    const bars = await this.evaluate<number>('outerHeight - innerHeight');
    await window.setRect({ x: 0, y: 0, width, height: height + bars });
    await this.evaluate(`new Promise((resolve) => {
      const look = () => innerWidth === ${width} && innerHeight === ${height} ? resolve() : requestAnimationFrame(look);
      look();
    })`);
  }

  /** Reads the virtual screen, since WebDriver's own screenshot never resolves here. */
  async screenshot(path: `${string}.png`): Promise<void> {
    const xwd = await readFile(join(this.directory, 'Xvfb_screen0'));
    const word = (n: number): number => xwd.readUInt32BE(n * 4);
    const [width, height, bytes_per_line] = [word(4), word(5), word(12)];
    // after the header come the colours, 12 bytes each; then the pixels: blue, green, red and an unused byte
    const bgrx = xwd.subarray(word(0) + word(19) * 12).subarray(0, bytes_per_line * height);
    for (let at = 0; at < bgrx.length; at += 4) bgrx.writeUInt32BE(((bgrx.readUInt32LE(at) << 8) | 255) >>> 0, at);
    await mkdir(dirname(path), { recursive: true });
    await sharp(bgrx, { raw: { width: bytes_per_line / 4, height, channels: 4 } })
      .extract({ left: 0, top: 0, width, height })
      .toFile(path);
  }
}

/**
 * Debian's WebKit in its MiniBrowser, driven by Selenium over WebDriver, on a screen of its own. Its mock camera shows a clock.
 * Rejects if the browser does not start within {@link LAUNCH_MS}. Neither that nor `close` leaves a process behind.
 */
export async function launchWebKit({
  camera = 'shown',
  scheme = 'light',
  reduced_motion = false,
}: BrowserSetup): Promise<DrivenBrowser> {
  if (camera === 'falsified') throw new Error('WebKit never falsifies pictures');
  const directory = await mkdtemp(join(tmpdir(), 'webkit-'));
  const groups = new ProcessGroups();
  const close = async (): Promise<void> => {
    await groups.kill();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const deadline = setTimeout(() => void groups.kill(), LAUNCH_MS);
  try {
    await mkdir(join(directory, 'gtk-3.0'));
    await writeFile(join(directory, 'gtk-3.0/gtk.css'), NARROW_TOOLS);
    const settings = `[Settings]\ngtk-enable-animations=${reduced_motion ? 0 : 1}\n`;
    await writeFile(join(directory, 'gtk-3.0/settings.ini'), settings);
    const display = await openScreen(groups, directory);
    const port = await freePort();
    const service = groups.spawn('WebKitWebDriver', [`--port=${port}`], {
      env: {
        ...process.env,
        DISPLAY: display,
        // nothing of the desktop is started or read
        DBUS_SESSION_BUS_ADDRESS: 'disabled:',
        NO_AT_BRIDGE: '1',
        XDG_CONFIG_HOME: directory,
        XDG_CACHE_HOME: directory,
        XDG_DATA_HOME: directory,
        GTK_THEME: scheme === 'dark' ? 'Adwaita:dark' : 'Adwaita',
        LIBGL_ALWAYS_SOFTWARE: '1',
        WEBKIT_DISABLE_DMABUF_RENDERER: '1',
        // the tests run as root, which has no sandbox
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const complaints: string[] = [];
    createInterface({ input: service.stdout as Readable }).on('line', (line) => {
      if (/^CONSOLE .*ERROR/.test(line)) complaints.push(line);
    });
    const driver = await startSession(service, port, [
      '--automation',
      '--enable-media-stream=true',
      '--enable-write-console-messages-to-stdout=true',
      `--enable-mock-capture-devices=${camera === 'shown'}`,
    ]);
    return {
      // WebDriver runs scripts only after those of the page
      open: async (url, scripts) => {
        await driver.get(url);
        const page = new WebKitPage(driver, directory, complaints);
        for (const script of scripts) await page.evaluate(`(${script.toString()})()`);
        return page;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

/** Programs with all that they start, each in a process group of its own. */
class ProcessGroups {
  readonly #leaders: ChildProcess[] = [];
  #killed = false;

  spawn(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    if (this.#killed) throw new Error(`too late to start ${program}`);
    const leader = spawn(program, args, { ...options, detached: true });
    this.#leaders.push(leader);
    return leader;
  }

  /** Resolves once the programs are gone. */
  async kill(): Promise<void> {
    this.#killed = true;
    await Promise.all(
      this.#leaders.splice(0).map(async (leader) => {
        const { pid, exitCode, signalCode } = leader;
        if (pid === undefined) return;
        const gone = exitCode === null && signalCode === null ? once(leader, 'exit') : undefined;
        try {
          process.kill(-pid, 'SIGKILL');
        } catch {
          // all of the group are gone
        }
        await gone;
      }),
    );
  }
}

/** Starts an X server; resolves with the name of its display. */
async function openScreen(groups: ProcessGroups, directory: string): Promise<string> {
  const screen = `${SCREEN.width}x${SCREEN.height}x24`;
  const xvfb = groups.spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp', '-fbdir', directory],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  for await (const number of createInterface({ input: xvfb.stdio[3] as Readable })) return `:${number.trim()}`;
  throw new Error('Xvfb ended before it had a display');
}

/** Starts a MiniBrowser with these arguments. */
async function startSession(service: ChildProcess, port: number, args: readonly string[]): Promise<WebDriver> {
  const origin = `http://127.0.0.1:${port}`;
  const isUp = (): Promise<boolean> =>
    fetch(`${origin}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isUp())) {
    if (service.exitCode !== null || service.signalCode !== null) throw new Error('WebKitWebDriver ended');
  }
  const capabilities = new Capabilities({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { args } });
  const driver = await new Builder().usingServer(origin).withCapabilities(capabilities).build();
  // the timeout of the test covers every step
  await driver.manage().setTimeouts({ script: null as unknown as number, pageLoad: 600_000 });
  return driver;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function selectorOf(id: string): By {
  return By.css(`[data-testid=${id}]`);
}
