import { type CaptureResult, type CaptureWebSocketConstructor, startCapture } from '@a3cp/capture-client';
import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import WebSocket from 'ws';
import { BudgetCamera } from './budget-camera.js';
import type { ClientVerdict, LaboratoryClient } from './client.js';
import type { Network } from './network.js';
import type { Qualities } from './pictures.js';
import type { LaboratoryStack } from './stack.js';
import { Transcript } from './transcript.js';

const USER_ID = 'laboratory';

/** The client library in this process, with a camera that encodes to the budget. */
export class NodeClient implements LaboratoryClient {
  readonly duration_ms = 14_000;

  constructor(private readonly pictures: readonly Qualities[]) {}

  async play(network: Network, stack: LaboratoryStack): Promise<ClientVerdict> {
    const session_id = await stack.startSession(USER_ID);
    const transcript = new Transcript();
    const { result } = startCapture({
      url: new URL(CAPTURE_PATHS[0], network.origin.replace('http', 'ws')),
      identity: { user_id: USER_ID, session_id },
      source: new BudgetCamera(this.pictures),
      duration_ms: this.duration_ms,
      WebSocket: watched(transcript),
    });
    const ended = await result;
    return { outcome: outcomeOf(ended), transcript, verdict_ms: transcript.elapsed_ms };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function outcomeOf(result: CaptureResult): string {
  switch (result.kind) {
    case 'completed':
      return result.kind;
    case 'aborted':
      return result.error_code;
    case 'failed':
      return result.failure;
  }
}

/** A WebSocket that writes the transcript of its capture. */
function watched(transcript: Transcript): CaptureWebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string | URL, protocols?: string[]) {
      super(url, protocols);
      this.on('message', (data: Buffer) => transcript.heard(data.toString()));
    }

    override send(data: string | Uint8Array): void {
      transcript.sent(data);
      super.send(data);
    }
  };
}
