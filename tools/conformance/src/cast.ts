import { randomUUID } from 'node:crypto';

const PLACEHOLDER = /^\$(user_id|session_id|capture_id|record_id|RECORD_ID)(?:\/(\w+))?$/;

/** Who a transcript is played as: the names behind its placeholders. docs/conformance.md, "Placeholders". */
export class Cast {
  readonly #made = new Map<string, string>();

  constructor(
    readonly user_id: string,
    readonly session_id: string,
  ) {}

  /** A copy of the value in which every string that is a placeholder is what it stands for in this run. */
  play(value: unknown): unknown {
    if (typeof value === 'string') return this.#named(value);
    if (Array.isArray(value)) return value.map((item) => this.play(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, this.play(item)]));
  }

  #named(text: string): string {
    const [, kind, label = ''] = PLACEHOLDER.exec(text) ?? [];
    switch (kind) {
      case undefined:
        return text;
      case 'user_id':
        return this.user_id;
      case 'session_id':
        return this.session_id;
      case 'RECORD_ID':
        return this.#once(`record_id/${label}`).toUpperCase();
      default:
        return this.#once(`${kind}/${label}`);
    }
  }

  #once(name: string): string {
    const made = this.#made.get(name) ?? randomUUID();
    this.#made.set(name, made);
    return made;
  }
}
