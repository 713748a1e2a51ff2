import { DeliveryRate } from './delivery-rate.js';
import { FrameDelays } from './frame-delays.js';

/** Bytes that a frame may always have: about quality 0.15 at 640 x 480. A slower network gets fewer frames. */
export const MIN_FRAME_BYTES = 6_000;

/** The most that is on the way until the first frame has arrived. */
const FIRST_FRAMES = 4;
const FIRST_BYTES = 100_000;

/** When the first frame takes longer than this, and than a round trip and the next, frames are small until two have arrived. */
const FIRST_WAIT_MS = 90;
const BEYOND_ROUND_TRIP_MS = 60;
const CAUTIOUS_FRAME_BYTES = 8_000;

/** The server acknowledges at most this often. PROTOCOL.md, "Timers". */
const ACK_INTERVAL_MS = 250;

/** A longer round trip counts as a queue. */
const MAX_ROUND_TRIP_MS = 1_200;

/** Below this queue time frames grow, each by this factor. A busy machine does not start with less. */
const QUIET_MS = 120;
const FIRST_QUIET_MS = 200;
const GROWTH = 1.03;

/** From this time in the queue on, frames are as small as can be. */
const CONGESTED_MS = 600;

/** Beyond this time in the queue, the time between two frames is at least this share of the rest. */
const ROOMY_MS = 350;
const GAP_SHARE = 0.25;

/** What may be on the way: what arrives in a round trip and this time, and in any case some small frames. */
const MAX_QUEUE_MS = 2_000;
const MIN_ALLOWANCE_BYTES = 140_000;

/** After this time a frame goes out, unless the oldest one on the way is older than the longest outage. */
const LONGEST_GAP_MS = 900;

/** From here on, that frame goes out only if it would arrive before the deadline. */
const NEAR_DEADLINE_MS = 15_000;

/**
 * An outage of this length may begin at any time, and the network may carry less by this factor afterwards. What is on the way
 * should still arrive before the deadline.
 */
const MAX_OUTAGE_MS = 8_000;
const SLOWER_AFTERWARDS = 2.5;
const LEAST_QUEUE_MS = 1_000;

/** The same for the frame after a gap: it is small, and worth more risk. */
const OUTAGE_AFTER_GAP_MS = 4_000;

/** How long before the server's deadline nothing more is sent. */
const DEADLINE_MARGIN_MS = 2_000;

/** Without movement for this time, the capture waits for the network. */
const STALL_MS = 1_000;

/**
 * What one capture knows of the network to its server, and what it may send. A frame that takes longer than the fastest one has
 * waited behind the frames ahead of it. Against that queue picture quality is given up first, then frames, evenly. Times are
 * milliseconds of a clock that never goes back.
 */
export class Uplink {
  readonly #rate = new DeliveryRate();
  readonly #delays = new FrameDelays();
  readonly #frame_ms: number;
  #bytes_per_second: number;
  #first_sent_at: number | null = null;
  #last_sent_at = 0;
  #arrived_bytes = 0;
  /** At most this long: as the handshake, or the answer to the open. */
  #round_trip_ms = 0;
  #is_cautious = false;
  /** When something arrived last, or since when something is on the way. */
  #moved_at = 0;
  /** The server aborts the capture at this time. */
  #deadline_at = Infinity;

  /** `bytes_per_second` is where an earlier capture ended. */
  constructor(fps: number, bytes_per_second = Infinity) {
    this.#frame_ms = 1_000 / fps;
    this.#bytes_per_second = bytes_per_second;
  }

  /** Bytes a second that frames may use; Infinity as long as the network has delayed nothing. */
  get bytes_per_second(): number {
    return this.#bytes_per_second;
  }

  /** Bytes that the network carries in one frame's time; at least {@link MIN_FRAME_BYTES}. */
  frameBytes(now: number): number {
    const bytes = Math.min((this.#bytes_per_second * this.#frame_ms) / 1_000, this.#firstBytes);
    const is_cautious = this.#is_known ? this.#is_cautious : this.#isLateFirst(now);
    return Math.max(MIN_FRAME_BYTES, is_cautious ? Math.min(CAUTIOUS_FRAME_BYTES, bytes) : bytes);
  }

  /** The connection took so long to come about, which is one round trip at least. */
  connected(handshake_ms: number): void {
    this.#round_trip_ms = handshake_ms;
    this.#delays.answered(handshake_ms);
  }

  /** The server has accepted the capture, and takes frames only since then. */
  accepted(now: number): void {
    // an outage may have met the handshake, and not the answer to the open, which went out with the first frame
    this.#round_trip_ms = Math.min(this.#round_trip_ms, now - (this.#first_sent_at ?? 0));
    this.#delays.answered(this.#round_trip_ms);
    this.#delays.ready(now - this.#round_trip_ms);
    this.#rate.restart(now);
  }

  /** The server aborts the capture at this time: what would arrive later is not sent. */
  endBefore(deadline_at: number): void {
    this.#deadline_at = deadline_at;
  }

  sent(bytes: number, now: number): void {
    if (this.#delays.bytes === 0) this.#moved_at = now;
    this.#first_sent_at ??= now;
    this.#last_sent_at = now;
    this.#rate.start(now);
    this.#delays.sent(bytes, now);
  }

  /** `bytes` is the total that has arrived; returns whether it has grown. */
  arrived(bytes: number, now: number): boolean {
    if (bytes <= this.#arrived_bytes) return false;
    this.#is_cautious = !this.#is_known && this.#isLateFirst(now);
    this.#arrived_bytes = bytes;
    this.#moved_at = now;
    this.#delays.arrived(bytes, now);
    this.#rate.arrived(bytes, now, this.#delays.bytes === 0);
    this.#slowDown(now);
    return true;
  }

  /** Whether anything is known to be on the way. */
  get isBusy(): boolean {
    return this.#delays.bytes > 0;
  }

  /** Whether a frame of a source that does not wait may go out now. */
  admits(bytes: number, now: number): boolean {
    if (!this.#is_known) return this.fits(bytes, now) && this.#isDueBeforeTheFirst(now);
    if (!this.#slowDown(now)) this.#bytes_per_second *= GROWTH;
    if (now - this.#last_sent_at >= LONGEST_GAP_MS) {
      if (this.#delays.age(now) > MAX_OUTAGE_MS) return false;
      return this.#deadline_at - now > NEAR_DEADLINE_MS || this.#arrivesInTime(bytes, now, OUTAGE_AFTER_GAP_MS);
    }
    return this.fits(bytes, now) && this.#isDue(now);
  }

  /** Whether `bytes` more may be on the way; one frame alone always may. */
  fits(bytes: number, now: number): boolean {
    if (this.#delays.bytes === 0) return true;
    const on_the_way = this.#delays.bytes + bytes;
    if (!this.#is_known) return this.#delays.frames < FIRST_FRAMES && on_the_way <= FIRST_BYTES;
    const allowance = Math.max(MIN_ALLOWANCE_BYTES, this.#bytesIn(this.#lag_ms + MAX_QUEUE_MS));
    return (on_the_way <= allowance || !this.#is_held_back) && this.#arrivesInTime(bytes, now);
  }

  /** Whether it is too late to send anything more. */
  isOver(now: number): boolean {
    return now >= this.#deadline_at - DEADLINE_MARGIN_MS;
  }

  /** Whether something is on the way and nothing has moved for 1 s. */
  isStalled(now: number): boolean {
    return this.#delays.bytes > 0 && now - this.#moved_at >= STALL_MS;
  }

  get #is_known(): boolean {
    return this.#arrived_bytes > 0;
  }

  /** Whether the network has ever delayed frames. */
  get #is_held_back(): boolean {
    return this.#bytes_per_second < Infinity;
  }

  /** Whether the first frame takes, or took, longer than on a good line. */
  #isLateFirst(now: number): boolean {
    const took_ms = now - (this.#first_sent_at ?? now);
    return took_ms > Math.max(FIRST_WAIT_MS, this.#round_trip_ms + BEYOND_ROUND_TRIP_MS);
  }

  /**
   * The second frame goes out at once. Those after it wait as long again as the one ahead did. On a long round trip they are
   * spread over half of it.
   */
  #isDueBeforeTheFirst(now: number): boolean {
    const first_at = this.#first_sent_at ?? now;
    const { frames } = this.#delays;
    const again_ms = Math.min(2 * (this.#last_sent_at - first_at), FIRST_FRAMES * this.#frame_ms);
    const share_ms = frames < 2 ? 0 : (frames * this.#round_trip_ms) / (2 * FIRST_FRAMES);
    return now - first_at >= Math.max(again_ms, share_ms);
  }

  /** What a frame may have before the first one has arrived: from the third on, its share of the bytes that are left. */
  get #firstBytes(): number {
    const { frames, bytes } = this.#delays;
    if (this.#is_known || frames < 2) return Infinity;
    return (FIRST_BYTES - bytes) / Math.max(1, FIRST_FRAMES - frames);
  }

  #isDue(now: number): boolean {
    return now - this.#last_sent_at >= GAP_SHARE * (this.#queueMs(now) - ROOMY_MS);
  }

  /** Whether `bytes` more arrive before the server's deadline, at the current rate, even if an outage begins now. */
  #arrivesInTime(bytes: number, now: number, outage_ms = MAX_OUTAGE_MS): boolean {
    if (this.#delays.bytes === 0) return true;
    const left_ms = (this.#deadline_at - now - outage_ms) / SLOWER_AFTERWARDS;
    return this.#delays.bytes + bytes <= this.#bytesIn(Math.max(this.#lag_ms + LEAST_QUEUE_MS, left_ms));
  }

  /** How long a frame and its acknowledgement take if the network holds nothing back. */
  get #lag_ms(): number {
    return Math.min(this.#delays.shortest, MAX_ROUND_TRIP_MS) + ACK_INTERVAL_MS;
  }

  #bytesIn(ms: number): number {
    return (this.#rate.value * ms) / 1_000;
  }

  /** Time that a frame waits behind those ahead of it: by the last one to arrive, or by the oldest that should have. */
  #queueMs(now: number): number {
    if (!this.#is_known) return 0;
    const late_ms = this.#delays.last - this.#lag_ms + ACK_INTERVAL_MS;
    const overdue_ms = this.#delays.age(now) - this.#lag_ms - this.#frame_ms;
    return Math.max(0, late_ms, overdue_ms);
  }

  /** Makes frames smaller, the more the longer the queue; false if it is short. */
  #slowDown(now: number): boolean {
    const queue_ms = this.#queueMs(now);
    if (queue_ms <= (this.#is_held_back ? QUIET_MS : FIRST_QUIET_MS)) return false;
    const share = Math.max(0, (CONGESTED_MS - queue_ms) / (CONGESTED_MS - QUIET_MS));
    this.#bytes_per_second = Math.min(this.#bytes_per_second, share * this.#rate.best);
    this.#bytes_per_second = Math.max(this.#bytes_per_second, (MIN_FRAME_BYTES * 1_000) / this.#frame_ms);
    return true;
  }
}
