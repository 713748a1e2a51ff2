import { afterEach } from '@jest/globals';
import { buses, NatsBus, stopBuses } from './support/nats-bus.js';
import { describeRefusals } from './support/refusals-contract.js';
import { describeTransport } from './support/transport-contract.js';

afterEach(stopBuses);

const passSecond = () => Promise.all(buses().map(({ clock }) => clock.pass(1_000)));

describeTransport('NATS', async (extractor) => (await NatsBus.start(extractor)).forwarder, stopBuses, passSecond);

describeRefusals('NATS', async (extractor) => (await NatsBus.start(extractor)).forwarder, passSecond);
