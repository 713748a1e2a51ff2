import type { CaptureSummary } from '@a3cp/landmark-extractor';
import { fileURLToPath } from 'node:url';
import { nodeCommand, ServiceProcess } from './service-process.js';

/** An extractor in a process of its own. */
export class ExtractorProcess extends ServiceProcess {
  /** The reference extractor as the image runs it, looking for no landmarks; resolves once it listens. */
  static start(env: Record<string, string>): Promise<ExtractorProcess> {
    const program = fileURLToPath(new URL('../../apps/landmark-extractor/dist/main.js', import.meta.url));
    const memory = { MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=2' };
    return new ExtractorProcess(nodeCommand(program), { LANDMARK_THREADS: '0', ...memory, ...env }).listening();
  }

  /** One that only counts, so that it takes next to no time. */
  static startCounting(env: Record<string, string>): Promise<ExtractorProcess> {
    const program = fileURLToPath(new URL('counting-extractor.mjs', import.meta.url));
    return new ExtractorProcess(nodeCommand(program), env).listening();
  }

  /** What it knows of a capture; null if nothing. */
  async summary(capture_id: string): Promise<CaptureSummary | null> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/landmark_extractor/captures/${capture_id}`);
    const content = await answer.text();
    return answer.ok ? (JSON.parse(content) as CaptureSummary) : null;
  }

  /** The same, once the capture has ended. */
  async ended(capture_id: string): Promise<CaptureSummary> {
    for (;;) {
      const summary = await this.summary(capture_id);
      if (summary?.terminal) return summary;
    }
  }
}
