/** The most characters (code points) of an identifier without the blanks around it. PROTOCOL.md, "Common fields". */
export const MAX_IDENTIFIER_CHARACTERS = 128;

/** The most characters of an identifier as sent, the blanks around it included, so that messages built from it stay small. */
export const MAX_SENT_IDENTIFIER_CHARACTERS = 256;
