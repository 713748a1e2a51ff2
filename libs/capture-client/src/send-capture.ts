import type { CaptureClientMessage, CaptureErrorCode } from '@a3cp/capture-protocol';
import { CaptureConnection } from './capture-connection.js';
import { type CaptureDescription, CaptureMessages } from './capture-messages.js';
import type { CaptureWebSocket } from './capture-web-socket.js';
import type { CaptureFrame } from './frame-source.js';
import { framesUntilOver } from './frames-until-over.js';

const NORMAL_CLOSURE = 1000;

/** Frames' worth of bytes that may wait in the socket when the next frame is pulled. */
const BUFFERED_FRAMES = 2;

/** One capture to send. */
export interface SendCaptureOptions {
  /** A WebSocket of its own for this capture, connecting or open. */
  readonly socket: CaptureWebSocket;
  readonly open: CaptureDescription;
  /** Pulled only while the socket has room; sets the pace, and its end is the capture's. */
  readonly frames: AsyncIterable<CaptureFrame>;
  /** Makes the record_id of each message. @default crypto.randomUUID, which browsers offer on secure pages only */
  readonly uuid?: () => string;
  /** Called with its seq when a frame was handed to the socket. */
  readonly onFrame?: (seq: number) => void;
  /** Gives the capture up: the socket is closed without a capture.close. */
  readonly signal?: AbortSignal;
}

/** What became of a capture. PROTOCOL.md, "Close codes" and "Error codes". */
export type SentCapture =
  /** The extractor has acknowledged every frame and the end. */
  | { readonly kind: 'completed'; readonly frames: number }
  /** The server sent a capture.abort. */
  | { readonly kind: 'aborted'; readonly error_code: CaptureErrorCode; readonly reason: string }
  /** The connection ended otherwise, or never began; 1006 if there was no close frame. */
  | { readonly kind: 'failed'; readonly close_code: number; readonly reason: string };

/**
 * Sends one capture: capture.open with the first frame, every frame as `frames` yields it, capture.close with the last
 * frame's time; resolves when the socket has closed. Pulls no further frame once the server has ended the capture. Rejects
 * only with what `frames` or `onFrame` throws, or with the signal's reason, and closes the socket then. PROTOCOL.md, "A
 * capture from start to end".
 */
export async function sendCapture(options: SendCaptureOptions): Promise<SentCapture> {
  const { socket, signal } = options;
  const connection = new CaptureConnection(socket);
  const giveUp = (): void => connection.giveUp(signal?.reason);
  signal?.addEventListener('abort', giveUp);
  try {
    if (signal?.aborted) giveUp();
    const sent = await sendMessages(options, connection);
    const { close_code, reason, error_code } = await connection.ended;
    if (error_code !== null) return { kind: 'aborted', error_code, reason };
    // a 1000 is the receipt of a capture.close, and of nothing else
    if (close_code === NORMAL_CLOSURE && sent.whole) return { kind: 'completed', frames: sent.frames };
    return { kind: 'failed', close_code, reason };
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/** Sends until the frames or the connection end: how many frames went out, and whether the capture.close did. */
async function sendMessages(
  { socket, open, frames, uuid = () => crypto.randomUUID(), onFrame }: SendCaptureOptions,
  connection: CaptureConnection,
): Promise<{ frames: number; whole: boolean }> {
  const messages = new CaptureMessages(open, uuid);
  const send = (message: CaptureClientMessage): void => socket.send(JSON.stringify(message));
  let seq = 0;
  let last: Date | null = null;
  await connection.opened();
  for await (const frame of framesUntilOver(frames, connection)) {
    if (seq === 0) send(messages.open(open.timestamp_start ?? frame.timestamp_frame));
    seq += 1;
    last = frame.timestamp_frame;
    send(messages.frameMeta(seq, frame));
    socket.send(frame.jpeg);
    onFrame?.(seq);
    await connection.room(BUFFERED_FRAMES * frame.jpeg.byteLength);
  }
  if (!connection.isOpen) return { frames: seq, whole: false };
  if (last === null) {
    last = open.timestamp_start ?? new Date();
    send(messages.open(last));
  }
  send(messages.close(last));
  return { frames: seq, whole: true };
}
