import { NotPlayable } from '../check.js';
import type { ExtractorCheck } from './played-gateway.js';

/** The access rules of the stream. docs/integration/downstream.md, "Direct transport". */
export const ACCESS_CHECKS: readonly ExtractorCheck[] = [
  {
    name: 'a-browser',
    clause: 'An upgrade that has an Origin comes from a browser and is refused with 403',
    async play(gateway) {
      await gateway.refused(403, { origin: 'https://page.example' });
    },
  },
  withoutTheSecret('no-secret', () => null),
  withoutTheSecret('another-secret', (secret) => `${secret}?`),
];

function withoutTheSecret(name: string, bearer: (secret: string) => string | null): ExtractorCheck {
  return {
    name,
    clause: 'with LANDMARK_STREAM_SECRET an upgrade without it is refused with 401.',
    async play(gateway) {
      if (gateway.secret === null) throw new NotPlayable('needs --secret');
      await gateway.refused(401, { bearer: bearer(gateway.secret) });
    },
  };
}
