import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import type { Browser, BrowserContext } from 'playwright-core';
import { Balancer } from './support/balancer.js';
import { CapturePage } from './support/browser-page.js';
import { BrowserStack } from './support/browser-stack.js';
import { launchBrowser } from './support/browser.js';
import { Certificate } from './support/certificate.js';

let certificate: Certificate;
let stack: BrowserStack;
let balancer: Balancer;
let browser: Browser | undefined;

beforeEach(async () => {
  certificate = new Certificate();
  stack = await BrowserStack.start({ LANDMARK_THREADS: '0' });
  balancer = await Balancer.start([Number(stack.port)], { TLS_CERTIFICATE: certificate.both });
});

afterEach(async () => {
  await browser?.close();
  browser = undefined;
  await balancer.stop();
  await stack.kill();
  certificate.remove();
});

/** A connection that believes the test's certificate only, by the name in it. */
async function secure(maxVersion: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<TLSSocket> {
  const trust = { ca: certificate.pem, servername: 'localhost', ALPNProtocols: ['h2', 'http/1.1'] };
  // OpenSSL itself refuses old versions unless it is told to
  const old = { minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' };
  const socket = connect({ host: '127.0.0.1', port: balancer.port, maxVersion, ...trust, ...old });
  await once(socket, 'secureConnect');
  socket.destroy();
  return socket;
}

/**
 * The page is on the balancer's origin, as `connect-src 'self'` needs it, and comes from the stack: the balancer lets captures
 * through and nothing else. What the page opens as a WebSocket goes to the balancer.
 */
async function pageOnOrigin(context: BrowserContext): Promise<CapturePage> {
  const origin = `https://localhost:${balancer.port}`;
  await context.route(`${origin}/**`, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    await route.fulfill({ response: await route.fetch({ url: `${stack.origin}${pathname}${search}` }) });
  });
  return CapturePage.open(context, origin);
}

it('the balancer proves who it is, speaks HTTP/1.1, and TLS 1.2 and 1.3 only', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const { authorized, alpnProtocol } = await secure(version);
    expect([authorized, alpnProtocol]).toEqual([true, 'http/1.1']);
  }
  await expect(secure('TLSv1.1')).rejects.toThrow('alert protocol version');
});

it('whole captures go over wss from the page, before a reload and after it', async () => {
  browser = await launchBrowser();
  // the page is asked for over https, so that it has a camera; nobody but the test signed the certificate
  const context = await browser.newContext({
    permissions: ['camera', 'local-network-access'],
    ignoreHTTPSErrors: true,
  });
  const capture = await pageOnOrigin(context);
  const sockets: string[] = [];
  capture.page.on('websocket', (socket) => sockets.push(socket.url()));

  const captures: string[] = [];
  for (const visit of ['first', 'after a reload']) {
    if (visit !== 'first') await capture.page.reload();
    await capture.is('idle');
    await capture.preview();
    await capture.capture();
    await capture.is('done');
    expect(await capture.statuses()).toEqual(['idle', 'previewing', 'capturing', 'closing', 'done']);

    const { frame_count, byte_count, terminal } = await stack.ended(capture.capture_id);
    expect(frame_count).toBeGreaterThan(0);
    expect(terminal).toMatchObject({ event: 'capture.close', error_code: null });
    expect(capture.heard.at(-1)).toMatchObject({ event: 'capture.closed', frame_count, byte_count });
    captures.push(capture.capture_id);
  }
  expect(new Set(captures).size).toBe(2);
  expect(sockets).toEqual(captures.map(() => `wss://localhost:${balancer.port}/camera_feed_worker/capture`));
  expect(capture.complaints).toEqual([]);
});
