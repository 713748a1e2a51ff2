import type { Type } from '@nestjs/common';
import { getMetadataStorage, ValidationTypes } from 'class-validator';

/** What class-validator keeps of a decorator, as far as it matters here. */
type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** What `IsOptional` and `ValidateIf` come down to. */
type Condition = (object: object, value: unknown) => boolean;

/** Says of one property's value, in its object, whether it passes. */
type Check = (value: unknown, object: object) => boolean;

/**
 * Returns a function that says whether `validateSync` would accept an object of this DTO, by the same decorators. class-validator
 * collects the decorators of all classes of the process for each object. That costs more than the rest of a frame's way, so this
 * collects them once. Knows conditions and synchronous rules; throws an Error on any other.
 */
export function compileRules<Dto extends object>(dto: Type<Dto>): (object: Dto) => boolean {
  const storage = getMetadataStorage();
  const rules = storage.groupByPropertyName(storage.getTargetValidationMetadatas(dto, '', false, false));
  const checks = Object.entries(rules).map(([property, declared]): [keyof Dto, Check] => [
    property as keyof Dto,
    compileProperty(declared),
  ]);
  return (object) => {
    for (const [property, check] of checks) if (!check(object[property], object)) return false;
    return true;
  };
}

function compileProperty(rules: readonly Rule[]): Check {
  const isCondition = ({ type }: Rule): boolean => type === ValidationTypes.CONDITIONAL_VALIDATION;
  const conditions = rules.filter(isCondition).map(({ constraints }) => constraints[0] as Condition);
  const checks = rules.filter((rule) => !isCondition(rule)).flatMap(compileRule);
  return (value, object) => {
    for (const holds of conditions) if (!holds(object, value)) return true;
    for (const check of checks) if (!check(value, object)) return false;
    return true;
  };
}

function compileRule({ type, each, validateIf, constraintCls, constraints, propertyName }: Rule): Check[] {
  if (type !== ValidationTypes.CUSTOM_VALIDATION || each || validateIf) {
    throw new Error(`${propertyName} has a rule of a kind that is not compiled`);
  }
  const args = { targetName: '', property: propertyName, object: {}, value: undefined, constraints };
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map(
      ({ instance }): Check =>
        (value) =>
          instance.validate(value, args) === true,
    );
}
