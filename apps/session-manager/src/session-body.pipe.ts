import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';

/**
 * Refuses a body that breaks its DTO with 400 and the name of each field at fault. No field has structure, so none is let
 * through to class-transformer, which walks all of it and overflows its stack on what is nested deeply.
 */
export class SessionBodyPipe extends ValidationPipe {
  constructor() {
    super({ stopAtFirstError: true });
  }

  override transform(body: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    return super.transform(withoutStructure(body), metadata);
  }
}

/** NaN stands for a structure, since it passes no rule; what is no object has no fields. */
function withoutStructure(body: unknown): Record<string, unknown> {
  if (!isStructure(body) || Array.isArray(body)) return {};
  return Object.fromEntries(Object.entries(body).map(([field, value]) => [field, isStructure(value) ? NaN : value]));
}

function isStructure(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
