import type { ForwardItem, StreamEnd, StreamOpen } from '@a3cp/capture-domain';
import { type ExtractorStream, LandmarkExtractor, Nak, type NakCode } from '@a3cp/landmark-forwarders';
import { EventEmitter, once } from 'node:events';

/** A `LandmarkExtractor`, behind whichever transport. By default it takes everything; a test may decide every answer. */
export class ScriptedExtractor extends LandmarkExtractor {
  readonly opens: StreamOpen[] = [];
  readonly frames: ForwardItem[] = [];
  readonly ends: StreamEnd[] = [];
  lost = 0;
  /** Fails the capture that was opened last after its acknowledgements, as the reference extractor does on a broken picture. */
  fail: (code: NakCode) => void = () => undefined;
  readonly events = new EventEmitter<{ open: []; frame: []; end: []; lost: [] }>();
  /** Run in place of an acknowledgement at once; a rejection is a refusal. */
  onOpen: () => Promise<void> = () => Promise.resolve();
  onFrame: () => Promise<void> = () => Promise.resolve();
  onEnd: () => Promise<void> = () => Promise.resolve();
  /** Run when the capture is lost. */
  onLost: () => unknown = () => undefined;

  /** The next such call; ask before the act that brings it about. */
  async next(event: 'open' | 'frame' | 'end' | 'lost'): Promise<void> {
    await once(this.events, event);
  }

  async open(open: StreamOpen): Promise<ExtractorStream> {
    this.opens.push(open);
    this.events.emit('open');
    await this.onOpen();
    const failed = new Promise<NakCode>((resolve) => (this.fail = resolve));
    const refused = failed.then((code) => Promise.reject(new Nak(code)));
    refused.catch(() => undefined);
    return {
      failed,
      frame: (item) => {
        this.frames.push(item);
        this.events.emit('frame');
        return Promise.race([refused, this.onFrame()]);
      },
      end: (end) => {
        this.ends.push(end);
        this.events.emit('end');
        return this.onEnd();
      },
      lost: () => {
        this.lost += 1;
        this.events.emit('lost');
        return this.onLost();
      },
    };
  }
}
