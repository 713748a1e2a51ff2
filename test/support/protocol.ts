import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** The pages that promise something to a client, an extractor, a session_manager or an operator. */
const PAGES = [
  'PROTOCOL.md',
  'docs/services.md',
  ...readdirSync(new URL('docs/integration', ROOT)).map((name) => `docs/integration/${name}`),
].map((path) => plain(readFileSync(new URL(path, ROOT), 'utf8')));

/**
 * Returns a sentence of these pages as the name of the test that shows it; throws if no page has it. So page and test stay
 * together. Line breaks and Markdown marks do not count; the cells of a table row are joined by " | ".
 */
export function quote(sentence: string): string {
  const wanted = plain(sentence);
  if (!PAGES.some((page) => page.includes(wanted)))
    throw new Error(`PROTOCOL.md, docs/services.md and docs/integration do not say: ${sentence}`);
  return sentence;
}

function plain(text: string): string {
  return text.replace(/[`*]/g, '').replace(/\s+/g, ' ');
}
