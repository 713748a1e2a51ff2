import type { StreamEnd } from '@a3cp/capture-domain';
import type { Outcome, Plan } from './plan.js';

/** The outcomes of a capture whose client, extractor or session_manager is too slow. PROTOCOL.md, "Timers". */
const OUTCOMES_OF_WAITING: readonly Outcome[] = [
  'forward_failed',
  'limit_forward_buffer_exceeded',
  'protocol_violation',
  'session_unavailable',
];

/** What one capture came to, as each side saw it. */
export class CaptureRecord {
  /** Frames the client sent whole. */
  sent = 0;
  /** The outcome that the client received at the end, else null. */
  outcome: string | null = null;
  /** Frames that were confirmed to the client. */
  told_delivered = 0;
  /** Whether the extractor accepted it, and in time. */
  opened = false;
  /** Frames that reached the extractor. */
  received = 0;
  /** Those of them it acknowledged in time. */
  acknowledged = 0;
  /** Ends that the extractor received. */
  readonly ends: StreamEnd[] = [];
  /** Whether the stream went without an end the extractor agreed to. */
  lost = false;
  /** Whether the extractor itself broke the stream. */
  broken = false;
  /** Frames the extractor got again, out of order, or not as they were sent. */
  wrong_frames = 0;
  /** What else should not be. */
  readonly complaints: string[] = [];
  /** Whether the machine delayed one of the processes meanwhile, so that a timer may have fired. */
  held_up = false;

  constructor(readonly plan: Plan) {}

  /** Frames that were acknowledged to the client and never reached the extractor. */
  get lost_frames(): number {
    return Math.max(0, this.told_delivered - this.received);
  }

  /** How often the capture ended for the extractor: the received ends or, without any, the loss of its stream. */
  get ends_downstream(): number {
    return this.ends.length > 0 ? this.ends.length : Number(this.lost);
  }

  /** The faults of the system after everything is over, apart from the planned ones. */
  findings(): string[] {
    const { plan, outcome, opened, ends, broken, received, sent } = this;
    const found = [...this.complaints];
    const [end] = ends;
    const expected: readonly string[] = [...plan.expected, ...(this.held_up ? OUTCOMES_OF_WAITING : [])];
    if (outcome === null || !expected.includes(outcome)) {
      found.push(`came to ${outcome ?? 'no end'}, not to ${plan.expected.join(' or ')}`);
    }
    if (this.wrong_frames > 0) found.push(`${this.wrong_frames} frames arrived twice, out of order or changed`);
    if (this.lost_frames > 0) found.push(`${this.told_delivered} frames confirmed, ${received} arrived`);
    if (this.ends_downstream !== Number(opened)) found.push(`${this.ends_downstream} ends of ${Number(opened)} stream`);
    if (opened && !broken && !end && !this.held_up) found.push('its stream was lost');
    if (end) found.push(...this.#wrongEnd(end));
    if (outcome === 'completed' && (end?.event !== 'capture.close' || received !== sent)) {
      found.push(`completed with ${received} of ${sent} frames and ${end?.event ?? 'no end'}`);
    }
    return found.map((text) => `capture ${plan.number} (${faults(plan)}): ${text}`);
  }

  #wrongEnd({ event, error_code, frame_count, last_seq }: StreamEnd): string[] {
    const { plan, acknowledged, outcome } = this;
    const found: string[] = [];
    // where the extractor answers late, or not at all, the last acknowledgement can have missed the gateway
    const exact = isMild(plan) && !this.held_up;
    if (frame_count > acknowledged || frame_count < acknowledged - (exact ? 0 : 1) || last_seq !== frame_count) {
      found.push(`the end counts ${frame_count} frames up to ${last_seq}, acknowledged were ${acknowledged}`);
    }
    const expected = plan.client === 'closes and leaves at once' ? null : endFor(outcome);
    if (exact && error_code !== expected) {
      found.push(`${event} ${error_code ?? ''}, but the client: ${outcome ?? ''}`);
    }
    return found;
  }
}

/** Whether the extractor does nothing that ends a capture. */
function isMild({ extractor }: Plan): boolean {
  return extractor === null || extractor === 'is slow' || extractor === 'hiccups';
}

/** The `error_code` that the extractor receives when the client receives this outcome. PROTOCOL.md, "Error codes". */
function endFor(outcome: string | null): string | null {
  switch (outcome as Outcome | null) {
    case 'completed':
      return null;
    case 'gone':
      return 'client_disconnected';
    case 'malformed_json':
    case 'schema_violation':
      return 'protocol_violation';
    case 'close 1009':
      return 'limit_frame_bytes_exceeded';
    default:
      return outcome;
  }
}

function faults({ client, extractor, session }: Plan): string {
  const named = Object.entries({ client, extractor, session }).flatMap(([who, what]) => (what ? `${who} ${what}` : []));
  return named.join(', ') || 'nothing wrong';
}

/** Every capture of a soak, by its number; what a frame, a stream or a question of a session belongs to. */
export class Ledger {
  readonly #records: CaptureRecord[] = [];

  get records(): readonly CaptureRecord[] {
    return this.#records;
  }

  /** Begins the record of the next number. */
  begin(plan: Plan): CaptureRecord {
    const record = new CaptureRecord(plan);
    this.#records[plan.number] = record;
    return record;
  }

  /** Of an identifier that ends in the capture's number, as all of a soak do. */
  of(identifier: string): CaptureRecord {
    const record = this.#records[Number(/\d+$/.exec(identifier)?.[0])];
    if (!record) throw new Error('an identifier that no client has sent');
    return record;
  }
}
