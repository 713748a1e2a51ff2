/** The most characters (code points) of an identifier without the blanks around it. PROTOCOL.md, "Common fields". */
export const MAX_IDENTIFIER_CHARACTERS = 128;

/** The most characters of an identifier as sent, the blanks around it included, so that messages built from it stay small. */
export const MAX_SENT_IDENTIFIER_CHARACTERS = 256;

/**
 * The blanks that trimming removes and that are not control characters, as a part of a character class. It names each of them,
 * because `\s` is not the same in every language.
 */
export const BLANKS = ' \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff';

/** Control characters and unpaired surrogates, as a part of a character class. Identifiers contain none of them. */
export const FORBIDDEN_CHARACTERS = '\\p{Cc}\\p{Cs}';
