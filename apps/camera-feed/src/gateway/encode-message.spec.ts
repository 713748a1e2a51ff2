import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { openEvent } from '../../../../test/support/captures.js';
import { encodeAbort, encodeClosed, encodeNotice } from './encode-message.js';

const PAGE = readFileSync(new URL('../../../../PROTOCOL.md', import.meta.url), 'utf8');
const NOW = new Date('2026-01-01T00:00:02.250Z');

describe('the text of a capture.abort', () => {
  it('is the example of PROTOCOL.md, field by field and in its order', () => {
    const [, example = ''] = /### capture\.abort[^]*?```json\n([^]*?)```/.exec(PAGE) ?? [];
    const { message: open } = openEvent({ modality: 'image' });
    const record_id = '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11';
    const outcome = {
      kind: 'aborted',
      error_code: 'limit_frame_bytes_exceeded',
      reason: 'why',
      open,
      record_id,
    } as const;
    expect(JSON.stringify(JSON.parse(encodeAbort(outcome, NOW)), null, 2)).toBe(example.trim());
  });

  it('carries identity, schema_version and modality of the open, and the record_id it is told', () => {
    const { message: open } = openEvent({
      schema_version: '1.7.2',
      capture_id: ' c"2 ',
      user_id: 'Zoë 🙂',
      session_id: '__proto__',
      modality: null,
    });
    const outcome = { kind: 'aborted', error_code: 'session_closed', reason: 'why', open, record_id: 'r9' } as const;
    expect(JSON.parse(encodeAbort(outcome, NOW))).toEqual({
      event: 'capture.abort',
      schema_version: '1.7.2',
      record_id: 'r9',
      user_id: 'Zoë 🙂',
      session_id: '__proto__',
      capture_id: ' c"2 ',
      timestamp: '2026-01-01T00:00:02.250Z',
      modality: null,
      source: 'camera_feed_worker',
      performer_id: null,
      error_code: 'session_closed',
    });
  });
});

describe('what a client of a3cp.capture.v1 is told', () => {
  const { message: open } = openEvent({ modality: 'image' });

  it.each([
    [
      'capture.opened',
      encodeNotice(
        {
          kind: 'opened',
          open: { ...open, record_id: '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11' },
          limits: {
            max_fps: 15,
            max_width: 640,
            max_height: 480,
            max_pixels: 307_200,
            max_duration_ms: 15_000,
            max_frames: 225,
            max_frame_bytes: 300_000,
            max_total_bytes: 50_000_000,
          },
          deadline_ms: 25_000,
        },
        NOW,
      ),
    ],
    [
      'capture.ack',
      encodeNotice(
        { kind: 'acknowledged', open: { ...open, record_id: '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11' }, seq: 12 },
        NOW,
      ),
    ],
    [
      'capture.closed',
      encodeClosed(
        {
          kind: 'completed',
          open,
          record_id: '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c99',
          frame_count: 75,
          byte_count: 2_764_556,
        },
        NOW,
      ),
    ],
  ])('%s is the example of PROTOCOL.md, field by field and in its order', (event, text) => {
    const [, example = ''] = new RegExp(`### ${event}[^]*?\`\`\`json\n([^]*?)\`\`\``).exec(PAGE) ?? [];
    expect(JSON.stringify(JSON.parse(text), null, 2)).toBe(example.trim());
  });
});
