import type { Network } from './network.js';
import type { LaboratoryStack } from './stack.js';
import type { Transcript } from './transcript.js';

/** What became of one capture, as its client says. */
export interface ClientVerdict {
  /** `completed`, or the code that the client gives for the end. */
  readonly outcome: string;
  readonly transcript: Transcript;
  /** Milliseconds from the WebSocket's constructor to this verdict. */
  readonly verdict_ms: number;
}

/** One kind of client that the laboratory can play captures of. */
export interface LaboratoryClient {
  /** Milliseconds of camera in one capture. */
  readonly duration_ms: number;
  /** Makes one capture over the network; resolves when the client knows what became of it. */
  play(network: Network, stack: LaboratoryStack): Promise<ClientVerdict>;
  close(): Promise<void>;
}
