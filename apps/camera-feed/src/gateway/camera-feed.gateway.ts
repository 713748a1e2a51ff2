import { CAPTURE_LIMITS, type CaptureLimits, CaptureService, Clock } from '@a3cp/capture-domain';
import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL } from '@a3cp/capture-protocol';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { OnGatewayConnection, OnGatewayInit } from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import type { ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { UpgradeGate } from '../admission/upgrade-gate.js';
import { CaptureSocket } from './capture-socket.js';
import { clientsGone, gatewaysAt } from './nest-ws-quirks.js';

/**
 * How long a client may take for its half of the closing handshake. The verdict outlives it: the system goes on delivering what
 * was sent, also through a network that stalls for longer.
 */
const CLOSE_TIMEOUT_MS = 2_000;

/** More pieces than an honest client or network cuts one message of at most 300,000 bytes into. */
const MAX_FRAGMENTS = 1_024;
const MAX_BUFFERED_CHUNKS = 4_096;

/**
 * The socket edge: sets the transport's limits, takes connections, and lets captures finish on shutdown. It takes the raw
 * socket and uses no `@SubscribeMessage`, whose handlers neither keep the order of messages nor see what is not JSON.
 */
@Injectable()
abstract class CameraFeedGateway
  implements OnGatewayInit<WebSocketServer>, OnGatewayConnection<WebSocket>, BeforeApplicationShutdown
{
  #server: WebSocketServer | undefined;

  constructor(
    private readonly captures: CaptureService,
    private readonly gate: UpgradeGate,
    private readonly clock: Clock,
    @Inject(CAPTURE_LIMITS) private readonly limits: CaptureLimits,
  ) {}

  afterInit(server: WebSocketServer): void {
    this.#server = server;
    // closeTimeout is an option of ws that its type package does not know yet
    const options: ServerOptions & { closeTimeout: number } = {
      maxPayload: Math.max(this.limits.max_frame_bytes, this.limits.max_text_bytes),
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_BUFFERED_CHUNKS,
      closeTimeout: CLOSE_TIMEOUT_MS,
      perMessageDeflate: false,
      // answered where they are counted
      autoPong: false,
      handleProtocols: (offered) => offered.has(CAPTURE_SUBPROTOCOL) && CAPTURE_SUBPROTOCOL,
      verifyClient: ({ req, origin }: { req: IncomingMessage; origin: string | undefined }, answer) => {
        this.gate.decide(req, origin, (refusal) => {
          answer(refusal === null, refusal?.status, undefined, { 'Content-Type': 'text/plain', ...refusal?.headers });
        });
      },
    };
    // set here and not in the decorator, since they depend on the host's limits; ws reads them at every upgrade
    Object.assign(server.options, options);
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    new CaptureSocket(socket, request.socket, this.gate.originOf(request), this.captures, this.clock, this.limits);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.captures.drain();
    await clientsGone(this.#server);
  }
}

/** The gateway at each of its paths. PROTOCOL.md, "Connecting". */
export const CAMERA_FEED_GATEWAYS = gatewaysAt(CAPTURE_PATHS, CameraFeedGateway);
