import type { Size, SizeLimits } from './fit-size.js';
import type { EncodedFrame } from './frame-encoder.js';

/** What a page tells the worker that encodes its frames. */
export type EncoderOrder =
  /** First, and once: the camera's pictures, and what the frames are to be. */
  | {
      readonly kind: 'camera';
      readonly pictures: ReadableStream<VideoFrame>;
      readonly limits: SizeLimits & { readonly max_fps: number };
    }
  /** One frame more may be sent. */
  | { readonly kind: 'want'; readonly max_frame_bytes: number }
  /** Last: let go of the camera. */
  | { readonly kind: 'close' };

/** What the worker answers. */
export type EncoderNews =
  /** The first picture came; frames are this large. */
  | { readonly kind: 'size'; readonly size: Size }
  | { readonly kind: 'frame'; readonly frame: EncodedFrame }
  /** The camera gives no more pictures. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly message: string };
