import type { Catalogue } from './words/english.js';
import type { Language } from './words/languages.js';

/** Writes the texts of index.html in this language: each `data-words` as a text, each `data-label` as an accessible name. */
export function writeStaticWords({ tag, words: { page } }: Language): void {
  document.documentElement.lang = tag;
  document.title = page.title;
  for (const element of document.querySelectorAll<HTMLElement>('[data-words]')) {
    element.textContent = page[element.dataset['words'] as keyof Catalogue['page']];
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) {
    element.setAttribute('aria-label', page[element.dataset['label'] as keyof Catalogue['page']]);
  }
}
