import { afterEach } from '@jest/globals';
import { buses, NatsBus, stopBuses } from './support/nats-bus.js';
import { describeTransport } from './support/transport-contract.js';

afterEach(stopBuses);

describeTransport(
  'NATS',
  async (extractor) => (await NatsBus.start(extractor)).forwarder,
  stopBuses,
  () => Promise.all(buses().map(({ clock }) => clock.pass(1_000))),
);
