import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import type { ServerLine } from './transcript.js';

type ServerEvent = Extract<ServerLine['server'], `capture.${string}`>;

const ajv = formats.default(new Ajv());
const validators = new Map<ServerEvent, ValidateFunction>();

/** What of the message breaks the schema of its event; null if nothing does. libs/contract-docs/contract/schemas. */
export function serverMessageFault(event: ServerEvent, message: Record<string, unknown>): string | null {
  const valid = validators.get(event) ?? ajv.compile(readSchema(event));
  validators.set(event, valid);
  return valid(message) ? null : `breaks its schema: ${ajv.errorsText(valid.errors)}`;
}

function readSchema(event: ServerEvent): object {
  const file = new URL(`../../../libs/contract-docs/contract/schemas/${event}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}
