/** What a server process tells the bench, over the IPC channel of `fork`. */
export type ServerReport =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'measured'; readonly frames: number; readonly cpu_us: number; readonly seconds: number };

/** What the bench tells a server process. */
export type ServerOrder = 'start' | 'stop';

/** Reports the port, then the frames and the processor time of this process between `start` and `stop`. */
export function reportTo(bench: NodeJS.Process, port: number, frames: () => number): void {
  const send = (report: ServerReport): void => void bench.send?.(report);
  let begun = { frames: 0, cpu: process.cpuUsage(), at: performance.now() };
  bench.on('message', (order: ServerOrder) => {
    if (order === 'start') {
      begun = { frames: frames(), cpu: process.cpuUsage(), at: performance.now() };
      return;
    }
    const cpu = process.cpuUsage(begun.cpu);
    const seconds = (performance.now() - begun.at) / 1000;
    send({ type: 'measured', frames: frames() - begun.frames, cpu_us: cpu.user + cpu.system, seconds });
  });
  bench.on('disconnect', () => process.exit());
  send({ type: 'listening', port });
}
