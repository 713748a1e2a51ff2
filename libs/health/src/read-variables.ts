import { closest, distance } from 'fastest-levenshtein';

/** The variables of a process, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A shorter name resembles too many variables of other programs. */
const MIN_NAME_LENGTH = 7;

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

function likelyName(name: string, asked: ReadonlySet<string>): string | null {
  const known = [...asked].filter(({ length }) => length >= MIN_NAME_LENGTH);
  if (known.length === 0) return null;
  const likely = closest(name, known);
  return distance(name, likely) <= LIKELY_EDITS ? likely : null;
}
