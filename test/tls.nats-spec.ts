import { terminateClients } from '@a3cp/testing';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Certificate } from './support/certificate.js';
import { ExtractorProcess } from './support/extractor-process.js';
import { GatewayProcess } from './support/gateway-process.js';
import { NatsServer, type NatsUser, stopNatsServers } from './support/nats-server.js';
import { Platform } from './support/platform.js';
import { killServices } from './support/service-process.js';
import { SlowCapture } from './support/slow-capture.js';

let certificate: Certificate;
let platform: Platform;

beforeAll(() => {
  certificate = new Certificate();
});

afterAll(() => certificate.remove());

afterEach(async () => {
  terminateClients();
  await killServices();
  await stopNatsServers();
  await platform.stop();
});

/** What tells a program of this user to use TLS. */
function secure(server: NatsServer, user: NatsUser): Record<string, string> {
  const url = server.url(user).replace('nats://', 'tls://').replace('127.0.0.1', 'localhost');
  return { ...platform.env, LANDMARK_FORWARDER: 'nats', NATS_URL: url };
}

it('with tls:// and the certificate in NODE_EXTRA_CA_CERTS a capture goes over an encrypted connection', async () => {
  const { key, cert } = certificate;
  platform = await Platform.start();
  const server = await NatsServer.start(['--tls', '--tlscert', cert, '--tlskey', key]);
  const trust = { NODE_EXTRA_CA_CERTS: cert };
  const [gateway] = await Promise.all([
    GatewayProcess.start({ ...secure(server, 'camera-feed-0'), ...trust }),
    ExtractorProcess.startCounting({ ...secure(server, 'landmark-extractor-0'), ...trust }),
  ]);
  const capture = await SlowCapture.start(gateway.url(), 'c1');
  await capture.finish();
  // nobody gets in without
  await expect(GatewayProcess.start(secure(server, 'camera-feed-0'))).rejects.toThrow(
    /NATS_URL: self-signed certificate/,
  );
});

it('with tls:// a gateway does not talk to a server that does not encrypt', async () => {
  platform = await Platform.start();
  const server = await NatsServer.start();
  await expect(GatewayProcess.start(secure(server, 'camera-feed-0'))).rejects.toThrow(
    /NATS_URL: server does not support/,
  );
});
