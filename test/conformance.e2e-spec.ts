import { readTranscripts, replay } from '@a3cp/conformance';
import { describe, expect, it } from '@jest/globals';
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
  const page = readProtocol();
  const named = new Set(TRANSCRIPTS.flatMap(({ clauses }) => clauses));
  it('are at least 60', () => {
    expect(TRANSCRIPTS.length).toBeGreaterThanOrEqual(60);
  });

  it('show each row of each table of PROTOCOL.md, each dialogue and all of the extension', () => {
    expect(rowsOf(page).length).toBeGreaterThan(90);
    expect(rowsOf(page).filter((row) => !named.has(row))).toEqual([]);
  });

  it('name nothing that is not in PROTOCOL.md', () => {
    const known = clausesOf(page);
    expect([...named].filter((clause) => !known.has(clause))).toEqual([]);
  });
});
