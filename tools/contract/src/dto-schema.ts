import { RULE_WITH_SCHEMA } from '@a3cp/camera-feed/contract';
import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import type { JsonSchema } from './json-schema.js';

type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** class-validator's own rules in JSON Schema's words; `constraints` are what the decorator was given. */
const WORDS: Readonly<Record<string, (constraints: readonly unknown[]) => JsonSchema>> = {
  [RULE_WITH_SCHEMA]: ([schema]) => portable(schema as JsonSchema),
  matches: ([pattern]) => portable({ type: 'string', pattern: (pattern as RegExp).source }),
  maxLength: ([most]) => ({ maxLength: most as number }),
  isIn: ([values]) => ({ enum: values as readonly unknown[] }),
  equals: ([value]) => ({ const: value }),
  isString: () => ({ type: 'string' }),
  // it accepts forms of ISO 8601 that have no name in JSON Schema
  isIso8601: () => ({ type: 'string', description: 'ISO 8601.' }),
  isObject: () => ({ type: 'object' }),
  isArray: () => ({ type: 'array' }),
  arrayMaxSize: ([most]) => ({ maxItems: most as number }),
  isUuid: ([version]) => {
    if (version !== 'loose') throw new Error(`no words for a UUID of version ${String(version)}`);
    return portable({ type: 'string', pattern: '^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' });
  },
};

/**
 * What a DTO's decorators say, as JSON Schema. Throws an Error on a decorator it has no words for, since a schema that is
 * silent about a rule would be wrong.
 */
export function dtoSchema(dto: Type<object>): JsonSchema {
  const storage = getMetadataStorage();
  const rules = storage.groupByPropertyName(storage.getTargetValidationMetadatas(dto, '', false, false));
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const [property, declared] of Object.entries(rules)) {
    const optional = declared.some(isOptional);
    const schema = Object.assign({}, ...declared.map((rule) => wordsFor(rule, dto))) as JsonSchema;
    const { description, ...words } = schema;
    properties[property] = {
      ...(description !== undefined && { description }),
      ...(optional ? { anyOf: [words, { type: 'null' }] } : words),
    };
    if (!optional && words.type !== 'null') required.push(property);
  }
  return { type: 'object', properties, required };
}

/** Control characters, in a character class. */
const CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f';

/** What not every engine has, or means in the same way: classes by name, borders of words, and looking ahead and behind. */
const NOT_PORTABLE = /\\[pPdDsSwWbB]|\(\?[=!<]/;

/**
 * The same schema with a pattern that means the same in JavaScript, Python and Rust. Two things move into `not`, since not every
 * engine can say them in one pattern: Python's `$` allows a line break at the end, and Rust has no unpaired surrogates.
 * Throws an Error on what has no portable words.
 */
function portable(schema: JsonSchema): JsonSchema {
  const { pattern } = schema;
  if (pattern === undefined) return schema;
  const words = pattern.replaceAll('\\d', '[0-9]').replaceAll('\\p{Cc}', CONTROLS).replaceAll('\\p{Cs}', '');
  if (NOT_PORTABLE.test(words)) throw new Error(`no portable words for the pattern ${pattern}`);
  const never = pattern.includes('\\p{Cs}') ? '[\\n\\ud800-\\udfff]' : '\\n';
  return { ...schema, pattern: words, not: { pattern: never } };
}

function isOptional({ type, name }: Rule): boolean {
  if (type !== ValidationTypes.CONDITIONAL_VALIDATION) return false;
  if (name !== 'isOptional') throw new Error(`no words for the condition ${String(name)}`);
  return true;
}

function wordsFor(rule: Rule, dto: Type<object>): JsonSchema {
  if (isOptional(rule)) return {};
  const nested = rule.type === ValidationTypes.NESTED_VALIDATION;
  if ((rule.each && !nested) || rule.validateIf) throw new Error(`no words for a condition of ${rule.propertyName}`);
  if (nested) {
    const schema = dtoSchema(nestedDto(dto, rule.propertyName));
    return rule.each ? { items: schema } : schema;
  }
  const words = WORDS[rule.name ?? rule.type];
  if (!words) throw new Error(`no words for ${rule.name ?? rule.type} of ${rule.propertyName}`);
  return words((rule.constraints as readonly unknown[] | undefined) ?? []);
}

/** The class that class-transformer makes of the property's value. */
function nestedDto(dto: Type<object>, property: string): Type<object> {
  const value = (plainToInstance(dto, { [property]: {} }) as Record<string, unknown>)[property] as object;
  return value.constructor as Type<object>;
}
