import type { CameraErrorCode } from './camera-error-code.js';
import type { Size } from './fit-size.js';
import type { EncodedFrame, EncoderLimits } from './frame-encoder.js';

/** What a page tells the worker that encodes its frames. */
export type EncoderOrder =
  /** First, and once: the camera's pictures, and what the frames are to be. */
  | { readonly kind: 'camera'; readonly pictures: ReadableStream<VideoFrame>; readonly limits: EncoderLimits }
  /** One frame more may be sent. */
  | { readonly kind: 'want'; readonly max_frame_bytes: number }
  /** Last: release the camera. */
  | { readonly kind: 'close' };

/** What the worker answers. */
export type EncoderNews =
  /** First: the worker runs, and can take the camera. */
  | { readonly kind: 'ready' }
  /** The first picture came, or one of another size before the first frame; frames are this large. */
  | { readonly kind: 'size'; readonly size: Size }
  | { readonly kind: 'frame'; readonly frame: EncodedFrame }
  /** Last: no further frame will come. */
  | { readonly kind: 'lost'; readonly code: CameraErrorCode }
  /** Last: something broke. */
  | { readonly kind: 'failed'; readonly message: string };
