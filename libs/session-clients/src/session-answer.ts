import type { SessionStatus } from '@a3cp/capture-domain';

/** The status in the answer to `sessions.validate`; null for any other text. docs/integration/sessions.md. */
export function readStatus(text: string | null): SessionStatus | null {
  return statusOf(field(text, 'status'));
}

/** The statuses in the answer to `sessions.validate_batch`, null for each invalid one; null for any other text. */
export function readStatuses(text: string | null): readonly (SessionStatus | null)[] | null {
  const statuses = field(text, 'statuses');
  return Array.isArray(statuses) ? statuses.map(statusOf) : null;
}

function field(text: string | null, name: 'status' | 'statuses'): unknown {
  try {
    const answer = JSON.parse(text ?? '') as Partial<Record<typeof name, unknown>> | null;
    return answer?.[name];
  } catch {
    return undefined;
  }
}

function statusOf(value: unknown): SessionStatus | null {
  return value === 'active' || value === 'closed' || value === 'invalid' ? value : null;
}
