import { explain } from '@a3cp/capture-client';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ENGLISH } from './english.js';
import { GERMAN } from './german.js';
import { languageFor, LANGUAGES } from './languages.js';

const INDEX = readFileSync(new URL('../../index.html', import.meta.url), 'utf8');

/** The texts of a part of a catalogue by their keys; of a function of numbers or names, what it makes of some. */
function textsOf(part: object, path = ''): [key: string, text: string][] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const at = `${path}.${key}`;
    if (typeof value === 'string') return [[at, value]];
    if (typeof value === 'function') {
      const write = value as (...values: number[]) => string;
      return at === '.explain' ? [] : [[at, write(2, 3, 4, 5)]];
    }
    return textsOf(value as object, at);
  });
}

describe('the language of the page', () => {
  it.each([
    [['de'], 'de'],
    [['de-AT', 'en'], 'de'],
    [['fr-FR', 'DE-de', 'en'], 'de'],
    [['en-GB', 'de'], 'en'],
    [['fr'], 'en'],
    [['constructor'], 'en'],
    [[], 'en'],
  ])('of a browser that asks for %j is %s', (wanted, tag) => {
    const language = languageFor(wanted);
    expect(language.tag).toBe(tag);
    expect(language.words).toBe(LANGUAGES[tag]);
  });
});

describe.each(Object.entries(LANGUAGES))('%s', (tag, words) => {
  it('says the same in its own words', () => {
    const english = new Map(textsOf(ENGLISH));
    const alike = textsOf(words).filter(([key, text]) => english.get(key) === text);
    // the sign of the second, and a word that both languages have
    const signs = ['.page.seconds', '.movement.still', '.movement.second'];
    expect(alike.map(([key]) => key)).toEqual(tag === 'en' ? [...english.keys()] : signs);
  });

  it('has its sentence in index.html for browsers that cannot run the page', () => {
    expect(INDEX).toMatch(new RegExp(`role="alert"[^]*<p lang="${tag}">`));
  });
});

describe('index.html', () => {
  it('has a place for each text that it is to show, and asks for no other', () => {
    const asked = [...INDEX.matchAll(/data-(?:words|label)="(\w+)"/g)].map(([, key]) => key);
    expect(new Set(asked)).toEqual(new Set(Object.keys(ENGLISH.page).filter((key) => key !== 'title')));
  });
});

describe('numbers', () => {
  it('have the singular where they are one', () => {
    expect(ENGLISH.result.delivered(1, true)).toBe('1 picture, confirmed by the server.');
    expect(ENGLISH.result.delivered(2, false)).toBe('2 pictures.');
    expect(ENGLISH.result.skipped(1)).toBe('1 was left out to keep up.');
    expect(GERMAN.result.delivered(1, false)).toBe('1 Bild.');
    expect(GERMAN.movement.looking(1, 2)).toBe('Die Bewegung der Hände wird ermittelt: 1 von 2 Bildern');
  });

  it('are written as in their language', () => {
    expect(ENGLISH.numbers.bytes(1_200_000)).toBe('1.2 MB');
    expect(GERMAN.numbers.bytes(1_200_000)).toBe('1,2 MB');
  });
});

describe('explanations', () => {
  it('are those of the client library in English', () => {
    expect(ENGLISH.explain('camera_busy')).toBe(explain('camera_busy').explanation);
  });
});
