import {
  BLANKS,
  FORBIDDEN_CHARACTERS as FORBIDDEN,
  MAX_IDENTIFIER_CHARACTERS,
  MAX_SENT_IDENTIFIER_CHARACTERS,
} from '@a3cp/capture-protocol';
import { Transform } from 'class-transformer';
import { Matches, ValidateBy } from 'class-validator';
import { CALENDAR_DATE_TIME, parseTimestamp } from './timestamp.js';

const FORBIDDEN_CHARACTER = new RegExp(`[${FORBIDDEN}]`, 'u');

const MAX_TEXT_CHARACTERS = 128;

/** The name of every rule of this file whose one constraint is its own JSON Schema. */
export const RULE_WITH_SCHEMA = 'ruleWithSchema';

/** An identifier: 1 to 128 characters after trimming, at most 256 before. PROTOCOL.md, "Common fields". */
export function IsIdentifier(): PropertyDecorator {
  const most = MAX_IDENTIFIER_CHARACTERS;
  const most_sent = MAX_SENT_IDENTIFIER_CHARACTERS;
  return rule(
    `must be a string of 1 to ${most} characters, ${most_sent} with blanks, without control characters`,
    {
      type: 'string',
      maxLength: most_sent,
      pattern: `^[${BLANKS}]*[^${BLANKS}${FORBIDDEN}](?:[^${FORBIDDEN}]{0,${most - 2}}[^${BLANKS}${FORBIDDEN}])?[${BLANKS}]*$`,
    },
    (value) => {
      if (typeof value !== 'string' || !fits(value, most_sent) || FORBIDDEN_CHARACTER.test(value)) return false;
      const trimmed = value.trim();
      return trimmed !== '' && fits(trimmed, most);
    },
  );
}

/** Text of at most `most` characters, which may be empty. PROTOCOL.md, "Common fields". */
export function IsText(most = MAX_TEXT_CHARACTERS): PropertyDecorator {
  return rule(
    `must be a string of at most ${most} characters`,
    { type: 'string', maxLength: most },
    (value) => typeof value === 'string' && fits(value, most),
  );
}

/** A JSON number without a fraction, from 1 to 2^53 - 1. PROTOCOL.md, "Common fields". */
export function IsPositiveInteger(): PropertyDecorator {
  return rule(
    'must be an integer of at least 1',
    { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    (value) => Number.isSafeInteger(value) && Number(value) >= 1,
  );
}

/** A timestamp, read into a Date. PROTOCOL.md, "Common fields". */
export function IsTimestamp(): PropertyDecorator {
  const read = Transform(({ value }) => parseTimestamp(value));
  const check = rule(
    'must be an ISO 8601 date and time of the years 1970 to 2999',
    { type: 'string', pattern: CALENDAR_DATE_TIME.source },
    (value) => value instanceof Date,
  );
  return (target, property) => {
    read(target, property);
    check(target, property);
  };
}

/** MAJOR.MINOR.PATCH with MAJOR 1. PROTOCOL.md, "Common fields". */
export function IsSchemaVersion(): PropertyDecorator {
  return Matches(/^1\.[0-9]{1,9}\.[0-9]{1,9}$/, { message: '$property must be MAJOR.MINOR.PATCH with MAJOR 1' });
}

/** Absent or null. */
export function IsAbsent(): PropertyDecorator {
  return rule('belongs to capture.open only', { type: 'null' }, (value) => value === undefined || value === null);
}

/** `schema` is the rule as JSON Schema has it: it accepts all that `validate` does, and no more than it has words for. */
function rule(message: string, schema: object, validate: (value: unknown) => boolean): PropertyDecorator {
  const validator = { validate, defaultMessage: () => `$property ${message}` };
  return ValidateBy({ name: RULE_WITH_SCHEMA, constraints: [{ description: `It ${message}.`, ...schema }], validator });
}

function fits(text: string, most: number): boolean {
  // code units are never fewer than characters, so most texts need no counting
  return text.length <= most || Array.from(text).length <= most;
}
