import type { CaptureOpen } from '../capture/message.js';
import { jpegFault } from './jpeg-header.js';

/** The inspection of each encoding, so that an encoding without its inspection does not compile. */
const INSPECTIONS: Readonly<Record<CaptureOpen['encoding'], typeof jpegFault>> = { jpeg: jpegFault };

/**
 * Inspects the header of a frame: whether it has the encoding and the size that the open announced. Returns the fault in the
 * gateway's own words, else null. PROTOCOL.md, "frame bytes".
 */
export function frameFault(frame: Uint8Array, { encoding, width, height }: CaptureOpen): string | null {
  return INSPECTIONS[encoding](frame, width, height);
}
