import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Picture } from '../../apps/landmark-extractor/src/landmarks/picture.js';
import { PictureDecoder } from '../../apps/landmark-extractor/src/picture-decoder.js';

/** A decoder whose every answer a test decides: a grey picture as bright as the first byte, or null for a broken one. */
export class FakeDecoder extends PictureDecoder {
  /** The JPEGs that were handed over. */
  readonly asked: Uint8Array[] = [];
  answers: 'at once' | 'when told' = 'at once';
  readonly #events = new EventEmitter<{ asked: [] }>();
  /** Pictures at work, oldest first. */
  readonly #at_work: ((how: 'whole' | 'broken') => void)[] = [];

  override decode(jpeg: Uint8Array, width: number, height: number): Promise<Picture | null> {
    this.asked.push(jpeg);
    const decoded = new Promise<Picture | null>((resolve) => {
      this.#at_work.push((how) =>
        resolve(
          how === 'broken' ? null : { rgb: new Uint8Array(3 * width * height).fill(jpeg[0] ?? 0), width, height },
        ),
      );
    });
    if (this.answers === 'at once') this.#at_work.shift()?.('whole');
    this.#events.emit('asked');
    return decoded;
  }

  /** Waits until so many pictures were handed over in all. */
  async until(pictures: number): Promise<void> {
    while (this.asked.length < pictures) await once(this.#events, 'asked');
  }

  /** Answers for the oldest picture at work, and lets what follows from it happen. */
  async answer(how: 'whole' | 'broken' = 'whole'): Promise<void> {
    this.#at_work.shift()?.(how);
    await setImmediate();
  }
}
