import { BLANKS, FORBIDDEN_CHARACTERS as FORBIDDEN, MAX_IDENTIFIER_CHARACTERS } from '@a3cp/capture-protocol';
import { applyDecorators } from '@nestjs/common';
import { IsISO8601, IsUUID, Matches, MaxLength } from 'class-validator';

const MAX_CHARACTERS = MAX_IDENTIFIER_CHARACTERS;

const IDENTIFIER = new RegExp(`^[${BLANKS}]*[^${BLANKS}${FORBIDDEN}][^${FORBIDDEN}]*$`, 'u');

const TEXT = new RegExp(`^[^${FORBIDDEN}]*$`, 'u');

/** 1 to 128 characters, not all of them blank, no control characters, no unpaired surrogates. */
export function IsIdentifier(): PropertyDecorator {
  const message = `$property must be a string of 1 to ${MAX_CHARACTERS} characters, not all blank, without control characters`;
  return applyDecorators(Matches(IDENTIFIER, { message }), MaxLength(MAX_CHARACTERS, { message }));
}

/** At most 128 characters, no control characters, no unpaired surrogates. */
export function IsText(): PropertyDecorator {
  const message = `$property must be a string of at most ${MAX_CHARACTERS} characters without control characters`;
  return applyDecorators(Matches(TEXT, { message }), MaxLength(MAX_CHARACTERS, { message }));
}

/** MAJOR.MINOR.PATCH with MAJOR 1. */
export function IsSchemaVersion(): PropertyDecorator {
  return Matches(/^1\.[0-9]{1,9}\.[0-9]{1,9}$/, { message: '$property must be MAJOR.MINOR.PATCH with MAJOR 1' });
}

/** A UUID in its 8-4-4-4-12 form, of any version and case. */
export function IsRecordId(): PropertyDecorator {
  return IsUUID('loose', { message: '$property must be a UUID' });
}

/** An ISO 8601 timestamp of a day that exists. */
export function IsTimestamp(): PropertyDecorator {
  return IsISO8601({ strict: true, strictSeparator: true }, { message: '$property must be an ISO 8601 timestamp' });
}
