/** A time in which a process did not get to do anything, milliseconds since 1970. */
export interface Stall {
  readonly from: number;
  readonly to: number;
}

const INTERVAL_MS = 20;
/** Over what a process that has a processor to itself is ever late. */
const LATE_MS = 100;

/** Reports each delay of this process, by the machine or by itself, until the returned function is called. */
export function watchStalls(report: (stall: Stall) => void): () => void {
  let due = Date.now() + INTERVAL_MS;
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - due > LATE_MS) report({ from: due, to: now });
    due = now + INTERVAL_MS;
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
