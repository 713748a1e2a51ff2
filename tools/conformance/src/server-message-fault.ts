import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import type { ServerMessageEvent } from './transcript.js';

const ajv = formats.default(new Ajv());
const validators = new Map<ServerMessageEvent, ValidateFunction>();

/** Where the message breaks the schema of its event; null if it does not. libs/service/contract/schemas. */
export function serverMessageFault(event: ServerMessageEvent, message: Record<string, unknown>): string | null {
  const valid = validators.get(event) ?? ajv.compile(readSchema(event));
  validators.set(event, valid);
  return valid(message) ? null : `where ${ajv.errorsText(valid.errors)}`;
}

function readSchema(event: ServerMessageEvent): object {
  const file = new URL(`../../../libs/service/contract/schemas/${event}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}
