import {
  type CaptureClaim,
  CaptureClaims,
  type ClaimAnswer,
  type Clock,
  DEFAULT_CAPTURE_LIMITS,
  type EndedSession,
  PeerUnreachable,
  type SharedTickets,
  type SpentTicket,
  SystemClock,
} from '@a3cp/capture-domain';
import type { Msg } from '@nats-io/transport-node';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import {
  decodeEndedSession,
  decodeRegistrarAnswer,
  decodeTicketAnswer,
  encodeHeld,
  encodeRegistrarRequest,
  longestMessageBytes,
} from './nats-cluster-framing.js';
import { NatsLink, NotStarted } from './nats-connection.js';
import type { NatsMessage } from './nats-framing.js';
import { CLOSED_SUBJECTS, registrarSubject } from './nats-subjects.js';

/** A gateway says each time all that it has claimed, so that a registrar that knows nothing soon knows everything. */
const BEAT_INTERVAL_MS = 1_000;

/** Beats without an answer after which a registrar hangs: the server does not find out, since beats keep its connection busy. */
const MAX_UNANSWERED_BEATS = 3;

/**
 * All gateways at one NATS server, as one of them sees them. A registrar keeps the claims and the used tickets of all, and
 * session_manager reports ended sessions to all. It has its own connection, so that no claim waits behind frames. A Nest
 * provider: it connects when the application starts, and disconnects when it has shut down. docs/integration/several-gateways.md.
 */
export class NatsCluster extends CaptureClaims implements SharedTickets, OnModuleInit, OnApplicationShutdown {
  /** Called with each session that session_manager tells the end of. */
  onSessionClosed: (session: EndedSession) => void = () => undefined;
  readonly #gateway_id = randomUUID();
  /** Claims that were neither refused nor released, answered or not. */
  readonly #held = new Map<string, CaptureClaim>();
  #unanswered_beats = 0;
  #link: NatsLink | null = null;
  #stopBeating: (() => void) | null = null;

  /**
   * @param url such as `nats://user:password@host:4222`; `tls://` encrypts
   * @param max_frame_bytes the `max_frame_bytes` of the gateway's limits; the server must take a message of that length
   */
  constructor(
    private readonly url: string,
    private readonly max_frame_bytes: number = DEFAULT_CAPTURE_LIMITS.max_frame_bytes,
    private readonly clock: Clock = new SystemClock(),
  ) {
    super();
  }

  async onModuleInit(): Promise<void> {
    // messages during a disconnection are repeated with the next beat
    const max_message_bytes = longestMessageBytes(this.max_frame_bytes);
    const link = await NatsLink.connect(this.url, 'gateway claims', max_message_bytes, () => undefined);
    this.#link = link;
    link.subscribe(CLOSED_SUBJECTS, (message) => this.#closed(message));
    this.#stopBeating = this.clock.every(BEAT_INTERVAL_MS, () => this.#beat(link));
    await link.flush();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopBeating?.();
    await this.#link?.close();
    this.#link = null;
  }

  async claim(claim: CaptureClaim, signal: AbortSignal): Promise<ClaimAnswer> {
    const link = this.#link;
    if (!link) throw new NotStarted();
    const { capture_id } = claim;
    const gateway_id = this.#gateway_id;
    const subject = registrarSubject(link.user);
    this.#held.set(capture_id, claim);
    const letGo = (): void => {
      this.#held.delete(capture_id);
      link.tell(subject, encodeRegistrarRequest({ kind: 'release', gateway_id, capture_id }));
    };
    signal.addEventListener('abort', letGo, { once: true });
    const request = encodeRegistrarRequest({ kind: 'claim', gateway_id, claim });
    const answer = decodeRegistrarAnswer(await this.#ask(link, request));
    // the next capture of that name may have come before a late answer
    if (answer !== 'granted' && this.#held.get(capture_id) === claim) this.#held.delete(capture_id);
    return answer;
  }

  async spend(ticket: SpentTicket): Promise<boolean> {
    if (!this.#link) throw new NotStarted();
    const request = encodeRegistrarRequest({ kind: 'ticket', gateway_id: this.#gateway_id, ticket });
    return decodeTicketAnswer(await this.#ask(this.#link, request));
  }

  #beat(link: NatsLink): void {
    const messages = encodeHeld(this.#gateway_id, [...this.#held.values()]);
    const last = messages.pop();
    for (const message of messages) link.tell(registrarSubject(link.user), message);
    if (!last) return;
    this.#unanswered_beats += 1;
    link.ask(registrarSubject(link.user), last).then(
      () => (this.#unanswered_beats = 0),
      () => undefined,
    );
  }

  /** Rejects at once if the registrar hangs. */
  async #ask(link: NatsLink, request: NatsMessage): Promise<Msg> {
    if (this.#unanswered_beats > MAX_UNANSWERED_BEATS) throw new PeerUnreachable('it does not answer');
    return link.ask(registrarSubject(link.user), request);
  }

  #closed(message: Msg): void {
    try {
      this.onSessionClosed(decodeEndedSession(message));
    } catch {
      // what is not of this framing ends no session
    }
  }
}
