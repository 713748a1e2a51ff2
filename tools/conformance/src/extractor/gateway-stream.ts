import type { ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';
import { SCHEMA_VERSION } from '@a3cp/capture-protocol';
import { type DirectAnswer, encodeEnd, encodeFrameHeader, encodeOpen, type NakCode } from '@a3cp/landmark-forwarders';
import { greyJpeg } from '@a3cp/testing';
import { randomUUID } from 'node:crypto';
import { type Close, Connection, type Handshake } from '../connection.js';
import { difference, Mismatch, PATIENCE_MS, patiently } from '../mismatch.js';
import { closeInWords, eventInWords } from '../words.js';

/** The picture of a frame: small, so that a check says something about the extractor and nothing about the network. */
const PICTURE = { width: 64, height: 48, byte_length: 2_000 };

/** The gateway's end of one stream of the direct transport, for checks that also send what no gateway sends. */
export class GatewayStream {
  readonly capture: StreamOpen;
  readonly #connection: Connection;

  /** @param capture fields that differ from a new capture of a new user */
  constructor(url: string, capture: Partial<StreamOpen>, handshake: Handshake) {
    this.capture = {
      capture_id: `conformance-${randomUUID()}`,
      user_id: `conformance-${randomUUID()}`,
      session_id: randomUUID(),
      record_id: randomUUID(),
      schema_version: SCHEMA_VERSION,
      timestamp_start: at(0),
      fps_target: 15,
      width: PICTURE.width,
      height: PICTURE.height,
      encoding: 'jpeg',
      ...capture,
    };
    this.#connection = new Connection(url, handshake);
  }

  /** The answer to the handshake: '' for a WebSocket, or the HTTP status of a refusal. */
  answered(): Promise<string | number> {
    return patiently('an answer to the handshake', PATIENCE_MS, (signal) => this.#connection.answered(signal));
  }

  /** @param wrong fields that differ from those of the capture, or that no gateway sends */
  open(wrong: object = {}): void {
    this.text(encodeOpen({ ...this.capture, ...wrong }));
  }

  /** Opens the capture, which the extractor must accept. */
  async accepted(wrong: object = {}): Promise<void> {
    this.open(wrong);
    await this.receives({ event: 'open.ack' });
  }

  /** Sends frames that the extractor must acknowledge, one after the other. */
  async acknowledged(...seqs: readonly number[]): Promise<void> {
    for (const seq of seqs) {
      this.frame(seq);
      await this.receives({ event: 'frame.ack', seq });
    }
  }

  /** Sends the end with this frame count; the extractor must acknowledge it. */
  async ended(frame_count: number, overrides: Partial<StreamEnd> = {}): Promise<void> {
    this.end(frame_count, overrides);
    await this.receives({ event: 'end.ack' });
  }

  /** @param wrong fields that differ from those of a right frame */
  frame(seq: number, wrong: Partial<ForwardItem> = {}): void {
    const { capture_id, user_id, session_id, width, height, encoding } = this.capture;
    const payload = wrong.payload ?? greyJpeg(width, height, PICTURE.byte_length);
    const item: ForwardItem = {
      ...{ capture_id, user_id, session_id, width, height, encoding },
      ...{ seq, timestamp_frame: at(seq), payload, byte_length: payload.length },
      ...wrong,
    };
    this.#connection.bytes(encodeFrameHeader(item), item.payload);
  }

  /** Sends the end with this frame count. */
  end(frame_count: number, overrides: Partial<StreamEnd> = {}): void {
    const end: StreamEnd = {
      event: 'capture.close',
      capture_id: this.capture.capture_id,
      record_id: randomUUID(),
      timestamp_end: at(frame_count + 1),
      error_code: null,
      frame_count,
      last_seq: frame_count,
      ...overrides,
    };
    this.text(encodeEnd(end));
  }

  /** The rest of a capture that goes as it should, from its first frame on. */
  async finished(frames: number): Promise<void> {
    await this.acknowledged(...Array.from({ length: frames }, (_, index) => index + 1));
    await this.ended(frames);
    this.hangUp();
    await this.receivesClose(1000);
  }

  text(text: string): void {
    this.#connection.text(text, null);
  }

  bytes(payload: Buffer): void {
    this.#connection.bytes(payload);
  }

  hangUp(): void {
    this.#connection.hangUp();
  }

  cut(): void {
    this.#connection.disconnect();
  }

  /** Throws a {@link Mismatch} unless this is the next answer. */
  async receives(expected: DirectAnswer): Promise<void> {
    const words = answerInWords({ ...expected });
    const answer = await patiently(words, PATIENCE_MS, (signal) => this.#connection.next(signal));
    if (!answer)
      throw new Mismatch(words, closeInWords(await this.#connection.closed(AbortSignal.timeout(PATIENCE_MS))));
    if (difference(expected, answer)) throw new Mismatch(words, answerInWords(answer));
  }

  /** The next answer in words, such as `nak with code "busy"`; null if none comes within `patience_ms`. */
  async answer(patience_ms = PATIENCE_MS): Promise<string | null> {
    const signal = AbortSignal.timeout(patience_ms);
    try {
      const answer = await this.#connection.next(signal);
      return answer ? answerInWords(answer) : closeInWords(await this.#connection.closed(signal));
    } catch {
      return null;
    }
  }

  receivesNak(code: NakCode): Promise<void> {
    return this.receives({ event: 'nak', code });
  }

  /** Throws a {@link Mismatch} unless the extractor closes with this code and says nothing before. */
  async receivesClose(code: number): Promise<void> {
    const received = await this.#close(`close ${code}`);
    if (received.code !== code) throw new Mismatch(`close ${code}`, closeInWords(received));
  }

  /** Throws a {@link Mismatch} unless the extractor gives the stream up. */
  async isGivenUp(): Promise<void> {
    await this.#close('the end of the WebSocket');
  }

  async #close(words: string): Promise<Close> {
    const answer = await patiently(words, PATIENCE_MS, (signal) => this.#connection.next(signal));
    if (answer) throw new Mismatch(words, answerInWords(answer));
    return this.#connection.closed(AbortSignal.timeout(PATIENCE_MS));
  }

  /** Throws a {@link Mismatch} unless `times` pings come. */
  async receivesPings(times: number): Promise<void> {
    await patiently(`${times} pings`, PATIENCE_MS, (signal) => this.#connection.pinged(times, signal));
  }
}

/** Event time of a frame, at 15 frames a second. */
function at(seq: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + Math.round((seq * 1_000) / 15));
}

function answerInWords(answer: Readonly<Record<string, unknown>>): string {
  const { event, seq, code } = answer;
  if (typeof event !== 'string') return 'what is no JSON text with an event';
  return eventInWords(event, { ...(seq !== undefined && { seq }), ...(code !== undefined && { code }) });
}
