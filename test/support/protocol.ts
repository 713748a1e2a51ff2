import { readFileSync } from 'node:fs';

const PROTOCOL = plain(readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8'));

/**
 * A sentence of PROTOCOL.md as the name of the test that shows it; throws if the page does not say so, which keeps the two
 * together. Line breaks and Markdown marks do not count; the cells of a table row are joined by " | ".
 */
export function quote(sentence: string): string {
  if (!PROTOCOL.includes(plain(sentence))) throw new Error(`PROTOCOL.md does not say: ${sentence}`);
  return sentence;
}

function plain(text: string): string {
  return text.replace(/[`*]/g, '').replace(/\s+/g, ' ');
}
