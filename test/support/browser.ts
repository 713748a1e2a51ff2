import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { SAMPLE_CAMERA } from './browser-camera.js';

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
 * Debian's Chromium without a window and with an empty profile. Its camera plays `camera`, a file of JPEG frames one after
 * the other; null is a computer without a camera. Whether a page may use it is up to its context's permissions.
 */
export async function launchBrowser(camera: string | null = SAMPLE_CAMERA): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`${CHROMIUM} is missing, and the tests in a real browser need it: apt-get install chromium`);
  }
  const fake_camera =
    camera === null
      ? ['--use-fake-device-for-media-stream=device-count=0']
      : ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`];
  return chromium.launch({ executablePath: CHROMIUM, args: [...QUIET, ...fake_camera] });
}
