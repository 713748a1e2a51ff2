import type { CaptureClaim, ClaimAnswer } from '@a3cp/capture-domain';

/** What a worker tells its primary, over the IPC channel between them, which libraries use as well. */
export type WorkerMessage =
  | { readonly type: 'claim'; readonly id: number; readonly claim: CaptureClaim }
  | { readonly type: 'release'; readonly capture_id: string };

/** What a primary tells a worker. `id` is the claim's that is answered. */
export type PrimaryMessage =
  { readonly type: 'claim.answered'; readonly id: number; readonly answer: ClaimAnswer } | { readonly type: 'stop' };
