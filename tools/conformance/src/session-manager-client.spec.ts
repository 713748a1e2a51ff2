import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { IdleClosingServer } from '../../../test/support/idle-closing-server.js';
import { endSession, startSession } from './session-manager-client.js';

describe('startSession and endSession', () => {
  let session_manager: IdleClosingServer;

  beforeEach(async () => {
    session_manager = await IdleClosingServer.start(() => ({ session_id: 's1' }));
  });

  afterEach(() => session_manager.stop());

  it('given a session_manager that closes idle connections, then each request is answered', async () => {
    for (let n = 0; n < 3; n++) {
      expect(await startSession(session_manager.origin, 'u1')).toBe('s1');
      // a kept connection would be free again by now
      await setImmediate();
      await endSession(session_manager.origin, 'u1', 's1');
      await setImmediate();
    }
  });
});
