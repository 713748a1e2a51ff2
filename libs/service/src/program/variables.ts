import { MIN_SECRET_BYTES } from '@a3cp/capture-protocol';
import { closest, distance } from 'fastest-levenshtein';

/** The variables of a process, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A shorter name resembles too many variables of other programs. */
const MIN_NAME_LENGTH = 7;

const MAX_PORT = 65_535;

/** Edits between a variable and one of the program up to which the first is taken for a misspelt second. */
const LIKELY_EDITS = 2;

/**
 * The configuration that `read` makes of the variables. Throws an Error that names a variable which `read` did not ask for if it
 * resembles one that it asked for: a misspelt variable would otherwise leave its default in force.
 */
export function readVariables<Config>(env: Environment, read: (env: Environment) => Config): Config {
  const asked = new Set<string>();
  const config = read(
    new Proxy(env, {
      get(variables, name: string) {
        asked.add(name);
        return variables[name];
      },
    }),
  );
  for (const name of Object.keys(env)) {
    const likely = asked.has(name) ? null : likelyName(name, asked);
    if (likely !== null) throw new Error(`${name} is not a variable of this program; did you mean ${likely}?`);
  }
  return config;
}

/** Where a program listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** HOST, 127.0.0.1 by default, and PORT. */
export function readListenAddress(env: Environment, default_port: number): ListenAddress {
  return { host: env['HOST'] || '127.0.0.1', port: readInteger(env, 'PORT', MAX_PORT) ?? default_port };
}

// Each of these returns what an unset or empty variable stands for, and throws an Error that names a variable that is wrong.

/** A whole number from 0 to `most`; undefined if the variable is not set. */
export function readInteger(env: Environment, name: string, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!/^\d+$/.test(text) || Number(text) > most) throw new Error(`${name} must be a whole number of at most ${most}`);
  return Number(text);
}

/** A secret of at least 32 bytes; null if the variable is not set. */
export function readSecret(env: Environment, name: string): string | null {
  const text = env[name] || null;
  if (text !== null && Buffer.byteLength(text) < MIN_SECRET_BYTES) {
    throw new Error(`${name} must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  return text;
}

/**
 * A URL; undefined if the variable is not set.
 *
 * @param protocols what the URL can start with, such as `https:`
 */
export function readUrl(env: Environment, name: string, protocols: readonly string[]): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new Error(
      `${name} must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
  }
  return text;
}

function likelyName(name: string, asked: ReadonlySet<string>): string | null {
  const known = [...asked].filter(({ length }) => length >= MIN_NAME_LENGTH);
  if (known.length === 0) return null;
  const likely = closest(name, known);
  return distance(name, likely) <= LIKELY_EDITS ? likely : null;
}
