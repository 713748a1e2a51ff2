import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of all processors so far: those in which they did nothing, and all. */
function processors(): { readonly idle: number; readonly all: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  // what guests took is in the time of the user already
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle = 0, waiting = 0] = ticks;
  return { idle: idle + waiting, all: ticks.reduce((sum, each) => sum + each, 0) };
}

/** Ticks that a process and all it has started have taken so far, those that have ended counted. */
function ticksOf(root: number): number {
  const taken = new Map<number, { readonly parent: number; readonly ticks: number }>();
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    try {
      // a program's name may have spaces and brackets in it
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? [];
      const [, parent = 0] = fields;
      taken.set(pid, { parent, ticks: fields.slice(11, 15).reduce((sum, each) => sum + each, 0) });
    } catch {
      // it ended meanwhile
    }
  }
  const isOurs = (pid: number): boolean => pid === root || (taken.has(pid) && isOurs(taken.get(pid)?.parent ?? 0));
  return [...taken].reduce((sum, [pid, { ticks }]) => sum + (isOurs(pid) ? ticks : 0), 0);
}

/** Which part of the machine's processors was left, while `act` went on, by all but this process and those it has started. */
export async function machineShare(act: () => Promise<void>): Promise<number> {
  const [before, ours_before] = [processors(), ticksOf(process.pid)];
  await act();
  const [after, ours_after] = [processors(), ticksOf(process.pid)];
  const all = after.all - before.all;
  const others = all - (after.idle - before.idle) - (ours_after - ours_before);
  return 1 - Math.max(0, others) / all;
}
