import { CLIENT_MESSAGE_DTOS } from '@a3cp/camera-feed/contract';
import type { CaptureClientMessage } from '@a3cp/capture-protocol';
import { dtoSchema } from './dto-schema.js';
import type { JsonSchema } from './json-schema.js';
import { readTypeSchemas } from './type-schema.js';

/** The type of each client message, for its docstrings; what its fields may be is said by its DTO. */
const CLIENT_MESSAGES: Readonly<Record<CaptureClientMessage['event'], string>> = {
  'capture.open': 'CaptureOpenMessage',
  'capture.frame_meta': 'CaptureFrameMetaMessage',
  'capture.close': 'CaptureCloseMessage',
};

const OTHER_MESSAGES: Readonly<Record<string, string>> = {
  'capture.abort': 'CaptureAbortMessage',
  'capture.opened': 'CaptureOpenedMessage',
  'capture.ack': 'CaptureAckMessage',
  'capture.closed': 'CaptureClosedMessage',
  'direct.open': 'DirectOpenMessage',
  'direct.frame_header': 'DirectFrameHeader',
  'direct.end': 'DirectEndMessage',
  'direct.answer': 'DirectAnswer',
};

/** JSON Schema of every message, by its name. PROTOCOL.md and docs/integration/downstream.md. */
export function messageSchemas(): ReadonlyMap<string, JsonSchema> {
  const typeSchema = readTypeSchemas();
  const client = Object.entries(CLIENT_MESSAGES).map(([event, type]): [string, JsonSchema] => [
    event,
    clientMessageSchema(event as CaptureClientMessage['event'], typeSchema(type)),
  ]);
  const other = Object.entries(OTHER_MESSAGES).map(([name, type]): [string, JsonSchema] => [name, typeSchema(type)]);
  return new Map([...client, ...other].map(([name, schema]) => [name, { title: name, ...schema }]));
}

/** The DTO's rules under the type's words; throws an Error where the two do not speak of the same fields. */
function clientMessageSchema(event: CaptureClientMessage['event'], type: JsonSchema): JsonSchema {
  const rules = dtoSchema(CLIENT_MESSAGE_DTOS[event]);
  const fields: Readonly<Record<string, JsonSchema>> = { event: { const: event }, ...rules.properties };
  const required = ['event', ...(rules.required ?? [])];
  if (String(required.toSorted()) !== String(type.required?.toSorted())) {
    throw new Error(`${event}: its type and its DTO do not require the same fields`);
  }
  const order = [...new Set(['event', ...Object.keys(type.properties ?? {}), ...Object.keys(fields)])];
  const properties = order.map((field): [string, JsonSchema] => {
    const schema = fields[field];
    if (!schema) throw new Error(`${event}: its DTO does not know ${field}`);
    const said = [type.properties?.[field]?.description, schema.description].filter((words) => words !== undefined);
    return [field, said.length === 0 ? schema : { ...schema, description: said.join(' ') }];
  });
  const { description } = type;
  return {
    ...(description !== undefined && { description }),
    type: 'object',
    properties: Object.fromEntries(properties),
    required: order.filter((field) => required.includes(field)),
  };
}
