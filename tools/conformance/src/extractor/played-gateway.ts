import type { StreamOpen } from '@a3cp/capture-domain';
import type { Check } from '../check.js';
import { NotPlayable } from '../check.js';
import type { Handshake } from '../connection.js';
import { Mismatch, PATIENCE_MS } from '../mismatch.js';
import { handshakeInWords } from '../words.js';
import { GatewayStream } from './gateway-stream.js';

export type ExtractorCheck = Check<PlayedGateway>;

/** A gateway of an extractor, for one check: its streams, and what can be read of the results. */
export class PlayedGateway {
  readonly #streams: GatewayStream[] = [];

  /** @param secret what the extractor demands of its gateways; null if it demands none */
  constructor(
    private readonly url: string,
    readonly secret: string | null,
  ) {}

  /** A WebSocket without a capture so far, that the extractor has accepted. */
  async connected(capture: Partial<StreamOpen> = {}, handshake: Handshake = {}): Promise<GatewayStream> {
    const stream = this.#stream(capture, { bearer: this.secret, ...handshake });
    const answer = await stream.answered();
    if (typeof answer === 'number') throw new Mismatch('a WebSocket', handshakeInWords(answer));
    return stream;
  }

  /** A stream whose capture the extractor has accepted. */
  async accepted(capture?: Partial<StreamOpen>, handshake?: Handshake): Promise<GatewayStream> {
    const stream = await this.connected(capture, handshake);
    await stream.accepted();
    return stream;
  }

  /** A whole capture that goes as it should. */
  async captured(frames: number, capture?: Partial<StreamOpen>): Promise<GatewayStream> {
    const stream = await this.accepted(capture);
    await stream.finished(frames);
    return stream;
  }

  /** Throws a {@link Mismatch} unless the extractor refuses this handshake with this HTTP status. */
  async refused(status: number, handshake: Handshake): Promise<void> {
    const answer = await this.#stream({}, { bearer: this.secret, ...handshake }).answered();
    if (answer !== status) throw new Mismatch(`HTTP ${status}`, handshakeInWords(answer));
  }

  /** What can be read of a capture over HTTP. Throws {@link NotPlayable} if nothing can. */
  async summary(capture_id: string): Promise<Readonly<Record<string, unknown>>> {
    const path = `/landmark_extractor/captures/${encodeURIComponent(capture_id)}`;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(new URL(path, this.url.replace(/^ws/, 'http')), { signal }).catch(() => null);
    if (answer?.status !== 200) throw new NotPlayable(`needs results over HTTP (${answer?.status ?? 'no answer'})`);
    return (await answer.json()) as Readonly<Record<string, unknown>>;
  }

  leave(): void {
    for (const stream of this.#streams) stream.cut();
  }

  #stream(capture: Partial<StreamOpen>, handshake: Handshake): GatewayStream {
    const stream = new GatewayStream(this.url, capture, handshake);
    this.#streams.push(stream);
    return stream;
  }
}
