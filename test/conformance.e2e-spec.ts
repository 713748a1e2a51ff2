import { readTranscripts, replay } from '@a3cp/conformance';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GatewaySite } from './support/gateway-site.js';
import { clausesOf, readProtocol, rowsOf } from './support/protocol-clauses.js';

const TRANSCRIPTS = await readTranscripts(fileURLToPath(new URL('transcripts', import.meta.url)));

describe('the gateway says what must come back', () => {
  it.each(TRANSCRIPTS.map((transcript) => [transcript.name, transcript] as const))('%s', async (_name, transcript) => {
    const site = await GatewaySite.for(transcript);
    try {
      expect(await replay(transcript, site)).toBeNull();
    } finally {
      await site.gateway.stop();
    }
    // whatever a transcript shows, every capture the extractor knows of has its one end
    for (const { ends } of site.gateway.extractor.streams) expect(ends).toHaveLength(1);
  });
});

describe('the transcripts', () => {
  const clauses = clausesOf(readProtocol());
  const named = TRANSCRIPTS.flatMap((transcript) => transcript.clauses);
  /** Also a chapter of which a row is. */
  const shown = new Set(named.flatMap((clause) => [clause, clause.replace(/: .+/, '')]));
  const unshown = rowsOf(
    readFileSync(new URL('../docs/conformance.md', import.meta.url), 'utf8'),
    'What no transcript shows',
  );

  it('are at least 60', () => {
    expect(TRANSCRIPTS.length).toBeGreaterThanOrEqual(60);
  });

  it('show each chapter, row and dialogue of PROTOCOL.md, or docs/conformance.md says why none can', () => {
    expect(clauses.length).toBeGreaterThan(100);
    expect(clauses.filter((clause) => !shown.has(clause) && !unshown.includes(clause))).toEqual([]);
  });

  it('name nothing that is not in PROTOCOL.md, and none shows what none can', () => {
    expect([...named, ...unshown].filter((clause) => !clauses.includes(clause))).toEqual([]);
    expect(unshown.filter((clause) => shown.has(clause))).toEqual([]);
  });
});
