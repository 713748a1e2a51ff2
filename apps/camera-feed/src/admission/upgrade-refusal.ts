/** A client that was refused at a limit can succeed by then. */
const RETRY_AFTER_S = 5;

/** The HTTP answer to a refused upgrade. PROTOCOL.md, "Admission". */
export interface UpgradeRefusal {
  readonly status: 401 | 403 | 404 | 503;
  readonly headers?: Readonly<Record<string, string>>;
}

const TRY_LATER: UpgradeRefusal = { status: 503, headers: { 'Retry-After': String(RETRY_AFTER_S) } };

/** Every reason for a refusal, with its answer. */
export const UPGRADE_REFUSALS = {
  no_such_path: { status: 404 },
  shutting_down: TRY_LATER,
  connections: TRY_LATER,
  connections_of_address: TRY_LATER,
  origin: { status: 403 },
  no_ticket: { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } },
  ticket_unchecked: TRY_LATER,
} as const satisfies Readonly<Record<string, UpgradeRefusal>>;

/** Why an upgrade is refused. */
export type UpgradeRefusalReason = keyof typeof UPGRADE_REFUSALS;
