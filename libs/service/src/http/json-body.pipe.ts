import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';

/**
 * Refuses a body that breaks its DTO with 400 and the name of each wrong field. A field is a plain value, or a list of objects of
 * plain values. Deeper values do not reach class-transformer, which walks all of them and overflows its stack.
 */
export class JsonBodyPipe extends ValidationPipe {
  constructor() {
    super({ stopAtFirstError: true });
  }

  override transform(body: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const flat = isStructure(body) && !Array.isArray(body) ? withoutStructure(body, listOfFlat) : {};
    return super.transform(flat, metadata);
  }
}

function listOfFlat(value: object): unknown {
  if (!Array.isArray(value)) return NO_VALUE;
  return value.map((item: unknown) => (isStructure(item) ? withoutStructure(item, () => NO_VALUE) : item));
}

/** Stands for a structure, since it passes no rule. */
const NO_VALUE = NaN;

/** The object with something else in place of each structure in it. */
function withoutStructure(body: object, replace: (value: object) => unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([field, value]: [string, unknown]) => [
      field,
      isStructure(value) ? replace(value) : value,
    ]),
  );
}

function isStructure(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
