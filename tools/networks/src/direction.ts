import { PACKET_BYTES, type Schedule, steady } from './schedule.js';

/** The far end of one connection. */
export interface Exit {
  /** The receiver has no room, so that no packet of this connection can go out. */
  readonly isFull: boolean;
  write(bytes: Buffer): void;
  end(): void;
}

/** Bytes of one connection, or its end. */
interface Piece {
  bytes: Buffer | 'end';
  readonly exit: Exit;
  /** When it came to the queue; while it travels, when it arrives. */
  readonly at_ms: number;
}

/** The bytes that wait before the network carries nothing more of a sender; {@link Network} does not read further then. */
export const MAX_QUEUED_BYTES = 64_000;

/**
 * One direction of a network: a queue that a schedule empties packet by packet, then a delay. The connections share the queue
 * and keep their order. Time comes in as a value, so that a late timer carries what was due since the last call.
 */
export class Direction {
  readonly #queue: Piece[] = [];
  readonly #travelling: Piece[] = [];
  #queued_bytes = 0;
  #schedule = steady(Infinity);
  #delayAt: (at_ms: number) => number = () => 0;
  /** When the last packet went out. */
  #sent_at = 0;
  #arrives_at = 0;

  /** Carries everything at once until this call, which is the time 0 of the schedule. */
  begin(schedule: Schedule, delayAt: (at_ms: number) => number): void {
    this.#schedule = schedule;
    this.#delayAt = delayAt;
    this.#sent_at = 0;
  }

  get isFull(): boolean {
    return this.#queued_bytes >= MAX_QUEUED_BYTES;
  }

  accept(bytes: Buffer | 'end', exit: Exit, at_ms: number): void {
    this.#queue.push({ bytes, exit, at_ms });
    this.#queued_bytes += sizeOf(bytes);
  }

  /** Carries what was due by now. */
  carry(now_ms: number): void {
    for (let head = this.#queue[0]; head; head = this.#queue[0]) {
      const at_ms = this.#schedule.next(Math.max(this.#sent_at, head.at_ms));
      if (at_ms > now_ms) break;
      this.#sent_at = head.exit.isFull ? now_ms : at_ms;
      if (head.exit.isFull) break;
      this.#send(at_ms);
    }
    for (let head = this.#travelling[0]; head && head.at_ms <= now_ms; head = this.#travelling[0]) {
      this.#travelling.shift();
      if (head.bytes === 'end') head.exit.end();
      else head.exit.write(head.bytes);
    }
  }

  /** One packet, filled with what waits. */
  #send(at_ms: number): void {
    this.#arrives_at = Math.max(this.#arrives_at, at_ms + this.#delayAt(at_ms));
    let room = PACKET_BYTES;
    for (let head = this.#queue[0]; head && head.at_ms <= at_ms; head = this.#queue[0]) {
      const { bytes, exit } = head;
      const sent = bytes === 'end' ? bytes : bytes.subarray(0, room);
      if (sent.length === 0) return;
      this.#travelling.push({ bytes: sent, exit, at_ms: this.#arrives_at });
      if (bytes !== 'end' && bytes.length > room) head.bytes = bytes.subarray(room);
      else this.#queue.shift();
      room -= sizeOf(sent);
      this.#queued_bytes -= sizeOf(sent);
    }
  }
}

function sizeOf(bytes: Buffer | 'end'): number {
  return bytes === 'end' ? 0 : bytes.length;
}
