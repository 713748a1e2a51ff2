import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { type CameraPictures, sampleCamera } from './browser-camera.js';

const CHROMIUM = '/usr/bin/chromium';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Debian's Chromium with an empty profile, without a window. Its camera shows these pictures; null is a computer
 * without a camera, and two cameras show pictures of Chromium's own. Whether a page may use it is up to the permissions of
 * its context.
 */
export async function launchBrowser(
  camera: Promise<CameraPictures> | 'two cameras' | null = sampleCamera(),
): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`${CHROMIUM} is missing, and the tests in a real browser need it: apt-get install chromium`);
  }
  const directory = await mkdtemp(join(tmpdir(), 'camera-'));
  const file = join(directory, 'camera.mjpeg');
  const is_filmed = camera !== null && camera !== 'two cameras';
  if (is_filmed) await writeFile(file, await camera);
  const fake_camera = is_filmed
    ? ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${file}`]
    : [`--use-fake-device-for-media-stream=device-count=${camera === null ? 0 : 2}`];
  // a test has one patience for all
  const patient = { timeout: 0 };
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET, ...fake_camera], ...patient });
  browser.on('disconnected', () => rmSync(directory, { recursive: true }));
  return browser;
}
