import type { CameraEncoder, CameraListener } from './camera-encoder.js';
import { DEFAULT_CLIENT_LIMITS } from './client-limits.js';
import type { EncoderNews, EncoderOrder } from './encoder-messages.js';
import type { FrameBudget } from './frame-source.js';
import type { MediaStreamTrackProcessor } from './media-stream-track-processor.js';

/** Frames that may be on their way to a page whose thread is busy: at 15 a second, for an eighth of one. */
const FRAMES_ON_THE_WAY = 2;

/**
 * Starts the worker that encodes frames. Resolves once it runs, or with null where it cannot: a page's
 * Content-Security-Policy may forbid workers.
 */
export async function startEncoderWorker(): Promise<Worker | null> {
  try {
    const worker = new Worker(new URL('./frame-encoder.worker.js', import.meta.url), { type: 'module' });
    return await new Promise((resolve) => {
      worker.addEventListener('message', () => resolve(worker), { once: true });
      worker.addEventListener('error', () => resolve(null), { once: true });
    });
  } catch {
    return null;
  }
}

/** Encodes in a worker, so that the page stays free for the person. */
export class WorkerEncoder implements CameraEncoder {
  #want = (): void => undefined;

  constructor(
    private readonly worker: Worker,
    { readable }: MediaStreamTrackProcessor,
    private readonly listener: CameraListener,
  ) {
    worker.addEventListener('message', ({ data }: MessageEvent<EncoderNews>) => this.#hear(data));
    worker.addEventListener('error', ({ message }) => listener.lost('camera_failed', message));
    this.#tell({ kind: 'camera', pictures: readable, limits: DEFAULT_CLIENT_LIMITS }, [readable]);
  }

  start(budget: FrameBudget): void {
    this.#want = () => this.#tell({ kind: 'want', max_frame_bytes: budget.max_frame_bytes });
    for (let frames = 0; frames < FRAMES_ON_THE_WAY; frames++) this.#want();
  }

  close(): void {
    this.#tell({ kind: 'close' });
  }

  #hear(news: EncoderNews): void {
    switch (news.kind) {
      case 'ready':
        return;
      case 'size':
        this.listener.sized(news.size);
        return;
      case 'frame':
        this.#want();
        this.listener.frame(news.frame);
        return;
      case 'lost':
        this.listener.lost(news.code);
        return;
      case 'failed':
        this.listener.lost('camera_failed', news.message);
    }
  }

  #tell(order: EncoderOrder, transfer: Transferable[] = []): void {
    this.worker.postMessage(order, transfer);
  }
}
