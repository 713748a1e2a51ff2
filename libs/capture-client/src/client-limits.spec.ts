import { DEFAULT_CAPTURE_LIMITS } from '@a3cp/capture-domain';
import { expect, it } from '@jest/globals';
import { DEFAULT_CLIENT_LIMITS, DEFAULT_DEADLINE_MS } from './client-limits.js';

it("takes a server that says nothing of its limits to have the server's defaults", () => {
  const { max_duration_ms, ingest_grace_ms } = DEFAULT_CAPTURE_LIMITS;

  expect(DEFAULT_CAPTURE_LIMITS).toMatchObject(DEFAULT_CLIENT_LIMITS);
  expect(DEFAULT_DEADLINE_MS).toBe(max_duration_ms + ingest_grace_ms);
});
