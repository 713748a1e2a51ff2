import type { CaptureSummary } from '@a3cp/landmark-extractor';
import { ServiceProcess } from './service-process.js';

/** An extractor that looks for no landmarks, in a process of its own. */
export class ExtractorProcess extends ServiceProcess {
  /** Resolves once it listens. */
  static start(env: Record<string, string>): Promise<ExtractorProcess> {
    return new ExtractorProcess(
      ServiceProcess.spawn('landmark-extractor', { LANDMARK_THREADS: '0', ...env }),
    ).listening();
  }

  /** What it knows of a capture; null if nothing. */
  async summary(capture_id: string): Promise<CaptureSummary | null> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/landmark_extractor/captures/${capture_id}`);
    return answer.ok ? ((await answer.json()) as CaptureSummary) : (await answer.text(), null);
  }

  /** The same, once the capture has ended. */
  async ended(capture_id: string): Promise<CaptureSummary> {
    for (;;) {
      const summary = await this.summary(capture_id);
      if (summary?.terminal) return summary;
    }
  }
}
