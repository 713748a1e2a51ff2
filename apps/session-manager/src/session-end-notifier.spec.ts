import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { IdleClosingServer } from '../../../test/support/idle-closing-server.js';
import { SessionEndNotifier } from './session-end-notifier.js';

describe('SessionEndNotifier', () => {
  let gateway: IdleClosingServer;

  beforeEach(async () => {
    gateway = await IdleClosingServer.start(() => ({ aborted_captures: 0 }));
  });

  afterEach(() => gateway.stop());

  it('given a gateway that closes idle connections, then it hears of every end', async () => {
    const notifier = new SessionEndNotifier({ camera_feed_url: gateway.origin, sessions_closed_secret: 'secret' });
    for (let n = 0; n < 3; n++) {
      await notifier.ended('u1', `s${n}`);
      // a kept connection would be free again by now
      await setImmediate();
    }

    expect(gateway.answered).toBe(3);
  });

  it('given a gateway whose answer has no end, then it closes the connection', async () => {
    const endless = createServer((_request, response) => {
      const go = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) continue;
      };
      response.on('drain', go);
      go();
      response.once('close', () => endless.close());
    });
    endless.listen(0, '127.0.0.1');
    await once(endless, 'listening');
    const camera_feed_url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`;
    const over = once(endless, 'close');
    await new SessionEndNotifier({ camera_feed_url, sessions_closed_secret: 'secret' }).ended('u1', 's1');
    await over;
  });

  it('given a gateway that is gone, then it logs one line for many ends', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const notifier = new SessionEndNotifier({
      camera_feed_url: 'http://127.0.0.1:1',
      sessions_closed_secret: 'secret',
    });
    for (let n = 0; n < 3; n++) await notifier.ended('u1', `s${n}`);
    expect(warn.mock.calls).toEqual([['The gateway did not receive the report of an ended session']]);
    warn.mockRestore();
  });
});
