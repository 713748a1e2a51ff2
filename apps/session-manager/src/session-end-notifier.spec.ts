import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
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
});
