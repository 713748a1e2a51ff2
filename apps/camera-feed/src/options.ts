import { type CaptureLimits, captureLimits, DEFAULT_CAPTURE_LIMITS } from '@a3cp/capture-domain';
import { MIN_SECRET_BYTES } from '@a3cp/capture-protocol';
import { closest, distance } from 'fastest-levenshtein';
import { type AdmissionPolicy, admissionPolicy, DEFAULT_ADMISSION_POLICY } from './admission/admission-policy.js';
import type { CameraFeedModuleOptions } from './camera-feed.module-definition.js';

/** Injection token of the options once they are checked; nothing else here uses those of the host. */
export const CHECKED_OPTIONS = Symbol('CheckedOptions');

/** What each port must have, and what to give. */
const PORTS = {
  landmarkForwarder: {
    method: 'open',
    example: 'a LandmarkForwarder, such as new InProcessLandmarkForwarder(extractor)',
  },
  sessionValidator: { method: 'validate', example: 'a SessionValidator, such as new HttpSessionValidator({ … })' },
  captureAuthorizer: { method: 'authorize', example: 'a CaptureAuthorizer, such as new TicketAuthorizer({ … })' },
  captureClaims: { method: 'claim', example: 'a CaptureClaims' },
} as const;

/** The options that are ports of the host. */
export type PortOption = keyof typeof PORTS;

const REQUIRED: readonly string[] = ['landmarkForwarder', 'sessionValidator'];

/** Every option once, so that an option without its check does not compile. */
const CHECKS: Readonly<Record<keyof CameraFeedModuleOptions, (name: string, value: unknown) => string | null>> = {
  landmarkForwarder: givenFault,
  sessionValidator: givenFault,
  captureAuthorizer: givenFault,
  captureClaims: givenFault,
  sessionsClosedSecret: secretFault,
  onSessionClosed: functionFault,
  sessionEnds: functionFault,
  limits: (name, value) =>
    namesFault(name, value, Object.keys(DEFAULT_CAPTURE_LIMITS)) ??
    thrownBy(name, () => captureLimits(value as Partial<CaptureLimits>)),
  admission: (name, value) =>
    namesFault(name, value, Object.keys(DEFAULT_ADMISSION_POLICY)) ??
    thrownBy(name, () => admissionPolicy(value as Partial<AdmissionPolicy>)),
};

/** Edits between an unknown name and a known one up to which the error proposes the known one. */
const LIKELY_EDITS = 4;

/**
 * The options that a host gave, checked. Throws an Error of one line that names the first option that is wrong and what to
 * give in its place; the line never contains a value.
 */
export function checkedOptions(given: unknown): CameraFeedModuleOptions {
  const fault = optionsFault(given);
  if (fault !== null) throw new Error(`CameraFeedModule: ${fault}`);
  return given as CameraFeedModuleOptions;
}

/** The port that a function of the host makes, checked as an instance is; throws an Error of the same lines. */
export function madePort(name: PortOption, make: () => unknown): unknown {
  const made = make();
  const fault = portFault(name, made);
  if (fault !== null) throw new Error(`CameraFeedModule: ${fault}`);
  return made;
}

function optionsFault(given: unknown): string | null {
  if (typeof given !== 'object' || given === null) {
    return `forRoot and useFactory take and return an object of options, not ${kindOf(given)}`;
  }
  const options = given as Readonly<Record<string, unknown>>;
  const unknown = unknownName(options, Object.keys(CHECKS));
  if (unknown !== null) return `unknown option ${unknown}`;
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = options[name];
    if (value === undefined && !REQUIRED.includes(name)) continue;
    const fault = check(name, value);
    if (fault !== null) return fault;
  }
  return null;
}

/** The first name that is not known, quoted, with the likely one; null if all are known. */
function unknownName(given: object, known: readonly string[]): string | null {
  const name = Object.keys(given).find((key) => !known.includes(key));
  if (name === undefined) return null;
  const likely = closest(name, known);
  return distance(name, likely) <= LIKELY_EDITS ? `"${name}"; did you mean "${likely}"?` : `"${name}"`;
}

function namesFault(option: string, value: unknown, known: readonly string[]): string | null {
  if (typeof value !== 'object' || value === null) return `option "${option}" must be an object, not ${kindOf(value)}`;
  const unknown = unknownName(value, known);
  return unknown === null ? null : `option "${option}" has the unknown name ${unknown}`;
}

/** A rule that says by an exception what is wrong. */
function thrownBy(option: string, rule: () => unknown): string | null {
  try {
    rule();
    return null;
  } catch (error) {
    return `option "${option}": ${(error as Error).message}`;
  }
}

/** A port as an option: an instance, or a function that makes one, which is called and checked later. */
function givenFault(name: string, value: unknown): string | null {
  if (typeof value !== 'function') return portFault(name as PortOption, value);
  if (!isClass(value)) return null;
  return `option "${name}" is a class; give an instance or a function that returns one: ${PORTS[name as PortOption].example}`;
}

function portFault(name: PortOption, value: unknown): string | null {
  const { method, example } = PORTS[name];
  if (value === undefined || value === null) return `option "${name}" is missing; give ${example}`;
  if (value instanceof Promise) return `option "${name}" is a Promise; await it in an async useFactory`;
  if (isExtractor(value)) {
    return `option "${name}" is a LandmarkExtractor; give new InProcessLandmarkForwarder(extractor)`;
  }
  const isPort = typeof value === 'object' && typeof (value as Record<string, unknown>)[method] === 'function';
  return isPort ? null : `option "${name}" has no method "${method}"; give ${example}`;
}

/** The `prototype` of a class is read-only; a function's is writable or missing. */
function isClass(value: object): boolean {
  return Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;
}

/** An extractor has the forwarder's method. A host may have two copies of its class, so its name counts. */
function isExtractor(value: object): boolean {
  for (let kind: unknown = value; typeof kind === 'object' && kind !== null; kind = Object.getPrototypeOf(kind)) {
    if (kind.constructor.name === 'LandmarkExtractor') return true;
  }
  return false;
}

function secretFault(name: string, value: unknown): string | null {
  const isLongEnough = typeof value === 'string' && Buffer.byteLength(value) >= MIN_SECRET_BYTES;
  return isLongEnough ? null : `option "${name}" must be a string of at least ${MIN_SECRET_BYTES} bytes`;
}

function functionFault(name: string, value: unknown): string | null {
  return typeof value === 'function' ? null : `option "${name}" must be a function, not ${kindOf(value)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Promise) return 'a Promise';
  return Array.isArray(value) ? 'an array' : typeof value;
}
