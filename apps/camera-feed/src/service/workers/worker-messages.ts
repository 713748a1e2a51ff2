import type { CaptureClaim, ClaimAnswer, EndedSession, SpentTicket } from '@a3cp/capture-domain';

/** What a worker tells its primary, over the IPC channel between them, which libraries use as well. */
export type WorkerMessage =
  | { readonly type: 'beat' }
  | { readonly type: 'claim'; readonly id: number; readonly claim: CaptureClaim }
  | { readonly type: 'release'; readonly capture_id: string }
  | { readonly type: 'ticket'; readonly id: number; readonly ticket: SpentTicket }
  | { readonly type: 'metrics'; readonly id: number }
  | { readonly type: 'session.closed'; readonly session: EndedSession };

/** What a primary tells a worker. `id` is that of the question; a ticket is answered with whether it was unused; metrics are null where they could not be had. */
export type PrimaryMessage =
  | { readonly type: 'claim.answered'; readonly id: number; readonly answer: ClaimAnswer }
  | { readonly type: 'ticket.answered'; readonly id: number; readonly answer: boolean }
  | { readonly type: 'metrics.answered'; readonly id: number; readonly answer: string | null }
  | { readonly type: 'session.closed'; readonly session: EndedSession }
  | { readonly type: 'stop' };
