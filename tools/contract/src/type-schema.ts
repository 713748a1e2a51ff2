import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';
import type { JsonSchema } from './json-schema.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A function that gives a type of wire.ts, with what its docstrings say, as JSON Schema. */
export function readTypeSchemas(): (type: string) => JsonSchema {
  const generator = createGenerator({
    path: `${ROOT}/tools/contract/src/wire.ts`,
    // the tests' is the one that finds the packages of this workspace in their sources, whatever was built when
    tsconfig: `${ROOT}/test/tsconfig.json`,
    expose: 'none',
    topRef: false,
    sortProps: false,
    skipTypeCheck: true,
    // a reader of a message ignores unknown fields. PROTOCOL.md, "Common fields"
    additionalProperties: true,
  });
  return (type) => {
    const { $schema: _draft, definitions: _none, ...schema } = generator.createSchema(type);
    return tidied(schema) as JsonSchema;
  };
}

/** The numbers of a landmark: all others on this wire are whole, and not below 0. docs/integration/landmarks.md. */
const FRACTIONS: readonly string[] = ['x', 'y', 'z', 'visibility'];

/** Docstrings without their marks, and every number as what it is on this wire. */
function tidied(schema: unknown, name = ''): unknown {
  if (Array.isArray(schema)) return schema.map((each) => tidied(each));
  if (typeof schema !== 'object' || schema === null) return schema;
  const fields = Object.entries(schema).map(([field, value]) => [
    field,
    field === 'description' ? proseOf(String(value)) : tidied(value, field),
  ]);
  const read = Object.fromEntries(fields) as Record<string, unknown>;
  return read['type'] === 'number' && !FRACTIONS.includes(name) ? { ...read, type: 'integer', minimum: 0 } : read;
}

function proseOf(docstring: string): string {
  return docstring.replace(/\{\s*@link\s+(\w+)\s*\}\s*/g, '$1').replace(/\s+/g, ' ');
}
