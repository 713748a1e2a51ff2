import type { Browser, Page } from 'playwright-core';

/** One task of a page's main thread, in milliseconds. */
interface Task {
  /** From its start to its end. */
  readonly lasted: number;
  /** What it computed of that; the rest the machine gave to others. */
  readonly computed: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, as are those of the thread's own clock. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/**
 * Every task of the page's main thread while `act` goes on, as the browser traces them. A PerformanceObserver would tell how
 * long a task lasted only, which on a busy machine says little about the page.
 */
export async function mainThreadTasks(browser: Browser, page: Page, act: () => Promise<void>): Promise<Task[]> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  let trace: Buffer;
  try {
    await act();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const named = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const main = new Set(named.map(thread));
  return traceEvents.flatMap((event) => {
    const { name, dur = 0, tdur = 0 } = event;
    if (name !== 'ThreadControllerImpl::RunTask' || !main.has(thread(event))) return [];
    return [{ lasted: dur / 1_000, computed: tdur / 1_000 }];
  });
}
