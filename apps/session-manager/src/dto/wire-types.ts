import { IsISO8601, IsUUID, Matches } from 'class-validator';

/** 1 to 128 characters, not all of them blank, no control characters, no unpaired surrogates. */
export function IsIdentifier(): PropertyDecorator {
  return Matches(/^(?=.*\S)[^\p{Cc}\p{Cs}]{1,128}$/u, {
    message: '$property must be a string of 1 to 128 characters, not all blank, without control characters',
  });
}

/** At most 128 characters, no control characters, no unpaired surrogates. */
export function IsText(): PropertyDecorator {
  return Matches(/^[^\p{Cc}\p{Cs}]{0,128}$/u, {
    message: '$property must be a string of at most 128 characters without control characters',
  });
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
