import { type Catalogue, ENGLISH } from './english.js';
import { GERMAN } from './german.js';

/** The page's languages by the first part of their BCP 47 tag. */
export const LANGUAGES: Readonly<Record<string, Catalogue>> = { en: ENGLISH, de: GERMAN };

/** One language of the page. */
export interface Language {
  /** Its BCP 47 tag, for `<html lang>`. */
  readonly tag: string;
  readonly words: Catalogue;
}

/** The first of the browser's languages, `navigator.languages`, that the page has; English if it has none of them. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [primary = ''] = tag.toLowerCase().split('-');
    const words = Object.hasOwn(LANGUAGES, primary) && LANGUAGES[primary];
    if (words) return { tag: primary, words };
  }
  return { tag: 'en', words: ENGLISH };
}
