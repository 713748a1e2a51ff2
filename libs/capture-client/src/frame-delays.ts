/** Arrivals that the shortest delay is taken of: about six seconds of acknowledgements, and more when they come slowly. */
const REMEMBERED = 24;

/** The frames that are on their way, and how long frames took. Times are milliseconds of a clock that never goes back. */
export class FrameDelays {
  /** Frames that have not arrived, oldest first, and how many bytes had been sent with each. */
  readonly #on_the_way: { readonly sent_at: number; readonly end: number }[] = [];
  readonly #delays: number[] = [];
  /** Nothing can have arrived before. */
  #ready_at = -Infinity;
  #sent_bytes = 0;
  #arrived_bytes = 0;

  /** Bytes on the way. */
  get bytes(): number {
    return this.#sent_bytes - this.#arrived_bytes;
  }

  /** Frames on the way. */
  get frames(): number {
    return this.#on_the_way.length;
  }

  /** The age of the oldest frame on the way in milliseconds, else 0. */
  age(now: number): number {
    const [oldest] = this.#on_the_way;
    return oldest ? now - Math.max(oldest.sent_at, this.#ready_at) : 0;
  }

  /** Milliseconds that the last frame to arrive was on the way; 0 before the first. */
  get last(): number {
    return this.#delays.at(-1) ?? 0;
  }

  /** Shortest delay of late: the round trip of a network that holds nothing back. 0 before the first. */
  get shortest(): number {
    return this.#delays.length === 0 ? 0 : Math.min(...this.#delays);
  }

  sent(bytes: number, now: number): void {
    this.#sent_bytes += bytes;
    this.#on_the_way.push({ sent_at: now, end: this.#sent_bytes });
  }

  /** `bytes` is the total that has arrived. */
  arrived(bytes: number, now: number): void {
    this.#arrived_bytes = bytes;
    let newest = null;
    while ((this.#on_the_way[0]?.end ?? Infinity) <= bytes) newest = this.#on_the_way.shift();
    if (newest) this.answered(now - Math.max(newest.sent_at, this.#ready_at));
  }

  /** The server takes frames only from this time on: what they waited before says nothing about the network. */
  ready(at: number): void {
    this.#ready_at = at;
  }

  /** The server has answered something that was sent so long ago. */
  answered(delay_ms: number): void {
    this.#delays.push(delay_ms);
    if (this.#delays.length > REMEMBERED) this.#delays.shift();
  }
}
