import { DeliveryRate } from './delivery-rate.js';
import { FrameDelays } from './frame-delays.js';

/** Bytes that a frame may always have: about quality 0.2 at 640 x 480. A slower network gets fewer frames. */
export const MIN_FRAME_BYTES = 6_000;

/** What may be on the way before the first frame has arrived. */
const FIRST_FRAMES = 4;
const FIRST_BYTES = 100_000;

/** When the first frame takes longer, the network is slow or far away: the frames after it are small until it arrives. */
const FIRST_WAIT_MS = 90;
const CAUTIOUS_FRAME_BYTES = 8_000;

/** The server acknowledges at most this often. PROTOCOL.md, "Timers". */
const ACK_INTERVAL_MS = 250;

/** A longer round trip counts as a queue. */
const MAX_ROUND_TRIP_MS = 1_200;

/** Time in the queue of the network up to which frames grow, and from which they are smallest and some are left out. */
const QUIET_MS = 100;
const FIRST_QUIET_MS = 250;
const CONGESTED_MS = 600;

/** Growth of a frame over the one before while the queue is short. */
const GROWTH = 1.03;

/** What may be on the way: what arrives in a round trip and this time, and always some small frames. */
const MAX_QUEUE_MS = 2_000;
const MIN_ALLOWANCE_BYTES = 140_000;

/** With a longer queue, the time between two frames is a share of what the queue has too much. */
const ROOMY_MS = 500;
const GAP_SHARE = 0.15;

/** A network may carry nothing for so long, and what is on the way should still arrive before the server's deadline. */
const MAX_OUTAGE_MS = 8_000;
const LEAST_HORIZON_MS = 1_000;

/** How long before the server's deadline nothing more is sent. */
const DEADLINE_MARGIN_MS = 2_000;

/** Longest time without movement that is not worth mentioning. */
const STALL_MS = 1_000;

/**
 * What one capture knows of the network to its server, and what may therefore be sent. A frame that takes longer than the
 * fastest one has waited behind the frames ahead of it. Against that queue picture quality is given up first, then frames,
 * evenly. Times are milliseconds of a clock that never goes back.
 */
export class Uplink {
  readonly #rate = new DeliveryRate();
  readonly #delays = new FrameDelays();
  readonly #frame_ms: number;
  #bytes_per_second: number;
  #first_sent_at: number | null = null;
  #last_sent_at = 0;
  #arrived_bytes = 0;
  /** When something arrived last, or since when something is on the way. */
  #moved_at = 0;
  /** The server aborts the capture at this time. */
  #deadline_at = Infinity;

  /** `bytes_per_second` is where an earlier capture ended. */
  constructor(fps: number, bytes_per_second = Infinity) {
    this.#frame_ms = 1_000 / fps;
    this.#bytes_per_second = bytes_per_second;
  }

  /** Bytes a second that frames may use; Infinity as long as the network has held nothing back. */
  get bytes_per_second(): number {
    return this.#bytes_per_second;
  }

  /** Bytes that the network carries in one frame's time; at least {@link MIN_FRAME_BYTES}. */
  frameBytes(now: number): number {
    const bytes = Math.max(MIN_FRAME_BYTES, (this.#bytes_per_second * this.#frame_ms) / 1_000);
    const is_slow = !this.#is_known && this.#delays.age(now) > FIRST_WAIT_MS;
    return is_slow ? Math.min(CAUTIOUS_FRAME_BYTES, bytes) : bytes;
  }

  /** The server has accepted the capture: what is on the way is acknowledged from now on. */
  accepted(now: number): void {
    if (this.#first_sent_at !== null) this.#delays.answered(now - this.#first_sent_at);
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

  /** So many of all bytes have arrived; returns whether that is more than before. */
  arrived(bytes: number, now: number): boolean {
    if (bytes <= this.#arrived_bytes) return false;
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
    const fits = this.fits(bytes, now);
    if (!this.#is_known) return fits && this.#isDueBeforeTheFirst(now);
    if (!this.#slowDown(now)) this.#bytes_per_second *= GROWTH;
    return fits && (this.#delays.bytes === 0 || this.#isDue(now));
  }

  /** Whether so many bytes more may be on the way; a frame may if nothing else is. */
  fits(bytes: number, now: number): boolean {
    if (this.#delays.bytes === 0) return true;
    const on_the_way = this.#delays.bytes + bytes;
    if (!this.#is_known) return this.#delays.frames < FIRST_FRAMES && on_the_way <= FIRST_BYTES;
    const lag_ms = Math.min(this.#delays.shortest, MAX_ROUND_TRIP_MS) + ACK_INTERVAL_MS;
    const horizon_ms = Math.max(lag_ms + LEAST_HORIZON_MS, (this.#deadline_at - now - MAX_OUTAGE_MS) / 2);
    const bytesIn = (ms: number): number => (this.#rate.value * ms) / 1_000;
    return on_the_way <= Math.min(bytesIn(horizon_ms), Math.max(MIN_ALLOWANCE_BYTES, bytesIn(lag_ms + MAX_QUEUE_MS)));
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

  /** The second frame goes out at once; those after it when as much time has passed again as before the one ahead. */
  #isDueBeforeTheFirst(now: number): boolean {
    const first_at = this.#first_sent_at ?? now;
    return now - first_at >= 2 * (this.#last_sent_at - first_at);
  }

  #isDue(now: number): boolean {
    return now - this.#last_sent_at >= GAP_SHARE * (this.#queueMs(now) - ROOMY_MS);
  }

  /** Time that a frame waits behind those ahead of it: by the last one to arrive, or by the oldest that should have. */
  #queueMs(now: number): number {
    if (!this.#is_known) return 0;
    const round_trip_ms = Math.min(this.#delays.shortest, MAX_ROUND_TRIP_MS);
    const overdue_ms = this.#delays.age(now) - ACK_INTERVAL_MS - this.#frame_ms;
    return Math.max(0, this.#delays.last - round_trip_ms, overdue_ms - round_trip_ms);
  }

  /** Makes frames smaller, the more the longer the queue; false if it is short. */
  #slowDown(now: number): boolean {
    const queue_ms = this.#queueMs(now);
    if (queue_ms <= (this.#bytes_per_second === Infinity ? FIRST_QUIET_MS : QUIET_MS)) return false;
    const share = Math.max(0, (CONGESTED_MS - queue_ms) / (CONGESTED_MS - QUIET_MS));
    this.#bytes_per_second = Math.min(this.#bytes_per_second, share * this.#rate.current(now));
    this.#bytes_per_second = Math.max(this.#bytes_per_second, (MIN_FRAME_BYTES * 1_000) / this.#frame_ms);
    return true;
  }
}
