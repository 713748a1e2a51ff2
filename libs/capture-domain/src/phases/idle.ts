import { become, type Transition } from '../capture/effect.js';
import type { CaptureEvent } from '../capture/event.js';
import { grantFault } from '../capture/grant.js';
import type { CaptureLimits } from '../capture/limits.js';
import type { RuleContext } from '../capture/rule-context.js';
import type { IdleState } from '../capture/state.js';
import { captureIdFault, roomFault, shareFault } from '../ports/capture-claims.js';
import { CLOSED, refuse, reject } from './ending.js';

type OpenEvent = Extract<CaptureEvent, { type: 'capture.open' }>;

/** A connection before its `capture.open`. PROTOCOL.md, "capture.open". */
export function idleTransition(state: IdleState, event: CaptureEvent, { now, limits }: RuleContext): Transition {
  switch (event.type) {
    case 'capture.open':
      return open(event, now, limits);
    case 'capture.frame_meta':
    case 'frame_bytes':
    case 'capture.close':
      return reject('protocol_violation', 'capture.open must come first');
    case 'malformed':
      return reject(event.cause, event.reason);
    case 'tick':
      return now - state.connected_at > limits.open_timeout_ms
        ? reject('open_timeout', `no capture.open within ${limits.open_timeout_ms} ms`)
        : become(state);
    case 'shutdown':
      return reject('server_shutdown', 'the server is shutting down');
    case 'internal_error':
      return reject('internal_error', 'the server failed');
    case 'oversized':
    case 'disconnected':
      return become(CLOSED);
    case 'session.answered':
    case 'session.closed':
    case 'claim.answered':
    case 'stream.opened':
    case 'stream.refused':
    case 'forward.settled':
    case 'forward.failed':
    case 'end.settled':
    case 'end.failed':
      return become(state);
  }
}

/**
 * Refuses an open that cannot be captured now. An open that passes counts for its address only, until its session is found to be
 * the user's. Its claim then takes the rest.
 */
function open({ message, load, grant }: OpenEvent, now: number, limits: CaptureLimits): Transition {
  const { fps_target, width, height } = message;
  const fault = grant && grantFault(grant, message);
  if (fault !== null) return refuse(message, 'protocol_violation', fault);
  const duplicate = captureIdFault(load);
  if (duplicate !== null) return refuse(message, duplicate.error_code, duplicate.reason);
  if (fps_target > limits.max_fps) {
    return refuse(message, 'limit_fps_exceeded', `fps_target ${fps_target}, limit ${limits.max_fps}`);
  }
  if (!fitsResolution(width, height, limits)) {
    const limit = `limit ${limits.max_width} x ${limits.max_height}`;
    return refuse(message, 'limit_resolution_exceeded', `${width} x ${height}, ${limit}`);
  }
  const quota = roomFault(load.captures, limits) ?? shareFault(load, limits);
  if (quota !== null) return refuse(message, quota.error_code, quota.reason);
  if (load.opens_of_address > limits.max_opens_per_address_per_minute) {
    const reason = `limit ${limits.max_opens_per_address_per_minute} a minute from one address`;
    return refuse(message, 'limit_concurrent_captures_exceeded', reason);
  }
  return {
    state: { phase: 'opening', open: message, opened_at: now, asking: 'session', since: now },
    effects: [{ type: 'validate_session', user_id: message.user_id, session_id: message.session_id, check: 'open' }],
  };
}

/** The picture can be upright or turned. PROTOCOL.md, `limit_resolution_exceeded`. */
function fitsResolution(width: number, height: number, limits: CaptureLimits): boolean {
  const upright = width <= limits.max_width && height <= limits.max_height;
  const turned = width <= limits.max_height && height <= limits.max_width;
  return (upright || turned) && width * height <= limits.max_pixels;
}
