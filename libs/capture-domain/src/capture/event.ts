import type { ClaimAnswer, ClaimLoad } from '../ports/capture-claims.js';
import type { CaptureGrant } from './grant.js';
import type { CaptureClose, CaptureFrameMeta, CaptureOpen } from './message.js';
import type { StreamRefusal } from '../ports/landmark-forwarder.js';
import type { SessionStatus } from '../ports/session-validator.js';

/** What a socket can tell: the client's messages as decoded, and the socket's own end. */
export type ClientEvent =
  | { readonly type: 'capture.open'; readonly message: CaptureOpen }
  | { readonly type: 'capture.frame_meta'; readonly message: CaptureFrameMeta }
  | { readonly type: 'frame_bytes'; readonly payload: Buffer }
  | { readonly type: 'capture.close'; readonly message: CaptureClose }
  | {
      readonly type: 'malformed';
      readonly cause: 'malformed_json' | 'schema_violation' | 'protocol_violation';
      readonly reason: string;
    }
  | { readonly type: 'oversized' }
  | { readonly type: 'disconnected' };

/** What else runs in this process at the moment of an open. */
export interface CaptureLoad extends ClaimLoad {
  readonly captures: number;
  /** Opens from the connection's address in the minute that runs, this one counted. */
  readonly opens_of_address: number;
}

/** Everything that can happen to a capture. Nothing changes a capture but one of these. */
export type CaptureEvent =
  | Exclude<ClientEvent, { type: 'capture.open' }>
  | {
      readonly type: 'capture.open';
      readonly message: CaptureOpen;
      readonly load: CaptureLoad;
      /** What the connection may capture; null where the host does not say. */
      readonly grant: CaptureGrant | null;
    }
  | { readonly type: 'session.answered'; readonly status: SessionStatus | 'unavailable' }
  /** session_manager says so unasked. */
  | { readonly type: 'session.closed' }
  | {
      readonly type: 'stream.opened';
      /** By chance, from 0 to below 1: what spreads the re-checks of captures that began together. */
      readonly jitter: number;
    }
  | { readonly type: 'claim.answered'; readonly answer: ClaimAnswer | 'unavailable' }
  | {
      readonly type: 'stream.refused';
      /** Null where the extractor was busy, silent or not there. */
      readonly refusal: StreamRefusal | null;
    }
  | { readonly type: 'forward.settled'; readonly byte_length: number }
  | { readonly type: 'forward.failed' }
  | { readonly type: 'end.settled' }
  | { readonly type: 'end.failed' }
  | {
      readonly type: 'tick';
      /** Whether bytes of a message arrived from the client since the last tick. */
      readonly heard: boolean;
    }
  | { readonly type: 'shutdown' }
  | { readonly type: 'internal_error' };
