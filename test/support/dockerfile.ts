import { readFileSync } from 'node:fs';

/** What the Dockerfile says of one target, and of the stages it is built on. */
export interface DockerTarget {
  /** Every instruction, oldest first, those of the stages below included. */
  readonly instructions: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly port: string;
  readonly command: readonly string[];
  /** The command of the health check. */
  readonly healthcheck: readonly string[];
}

const TEXT = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '');

/** Instructions of each stage by its name, those of the stages below it included. */
const STAGES = new Map<string, string[]>();
for (const text of TEXT.split(/^(?=FROM )/m)) {
  const [from = '', ...instructions] = text.split('\n').filter(Boolean);
  const [, base = '', name = ''] = /^FROM (\S+) AS (\S+)$/.exec(from) ?? [];
  STAGES.set(name, [...(STAGES.get(base) ?? [from]), ...instructions]);
}

/** The names of all stages. */
export const DOCKER_STAGES: readonly string[] = [...STAGES.keys()];

/** Everything that the last instruction of this kind says. */
function last(instructions: readonly string[], kind: RegExp): string {
  const [, said = ''] = kind.exec(instructions.findLast((instruction) => kind.test(instruction)) ?? '') ?? [];
  return said;
}

export function dockerTarget(name: string): DockerTarget {
  const instructions = STAGES.get(name);
  if (!instructions) throw new Error(`the Dockerfile has no target ${name}`);
  const variables = instructions.flatMap((instruction) => {
    const [, said = ''] = /^ENV (.*)$/.exec(instruction) ?? [];
    // NAME=word or NAME="several words"
    return [...said.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, name = '', quoted, word = '']) => [
      name,
      quoted ?? word,
    ]);
  });
  return {
    instructions,
    environment: Object.fromEntries(variables) as Record<string, string>,
    user: last(instructions, /^USER (.*)$/),
    port: last(instructions, /^EXPOSE (.*)$/),
    command: JSON.parse(last(instructions, /^CMD (.*)$/) || '[]') as string[],
    healthcheck: JSON.parse(last(instructions, /^HEALTHCHECK .*? CMD (.*)$/) || '[]') as string[],
  };
}
