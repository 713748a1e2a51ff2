import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A WebSocket handshake by hand, to send after it what no library would. */
export class RawWebSocket {
  readonly #received: Buffer[] = [];
  readonly over: Promise<unknown>;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data: Buffer) => {
      this.#received.push(data);
      // a client that is told to go goes
      if (this.heard().close_codes.length > 0) socket.end();
    });
    this.over = new Promise((resolve) => socket.once('close', resolve));
  }

  static async connect(port: number, path: string): Promise<RawWebSocket> {
    const socket = connect(port, '127.0.0.1');
    // the server may hang up while this side still writes
    socket.on('error', () => undefined);
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString().startsWith('HTTP/1.1 101')) throw new Error('the handshake was refused');
    return new RawWebSocket(socket);
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Says nothing more, as a client that is gone; what the server has said by then is still read. */
  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Every text the server sent, and the code of every close frame; what is cut off in the middle is left out. */
  heard(): { texts: string[]; close_codes: number[] } {
    const bytes = Buffer.concat(this.#received);
    const texts: string[] = [];
    const close_codes: number[] = [];
    for (let offset = 0; offset + 2 <= bytes.length;) {
      const { opcode, payload, next } = serverFrame(bytes, offset);
      if (next > bytes.length) break;
      if (opcode === 0x1) texts.push(payload.toString());
      // a close frame without a code stands for 1005
      if (opcode === 0x8) close_codes.push(payload.length < 2 ? 1005 : payload.readUInt16BE());
      offset = next;
    }
    return { texts, close_codes };
  }
}

/** What a server sends is not masked and, here, never longer than 65,535 bytes. */
function serverFrame(bytes: Buffer, offset: number): { opcode: number; payload: Buffer; next: number } {
  const opcode = (bytes[offset] ?? 0) & 0x0f;
  const short = bytes[offset + 1] ?? 0;
  const long = short === 126 && offset + 4 <= bytes.length;
  const start = offset + (long ? 4 : 2);
  const next = start + (long ? bytes.readUInt16BE(offset + 2) : short);
  return { opcode, payload: bytes.subarray(start, next), next };
}

/** What a client's frame may be made to say of itself, truly or not. */
export interface FrameHead {
  readonly opcode: number;
  readonly fin: boolean;
  /** The three reserved bits. */
  readonly reserved: number;
  readonly masked: boolean;
  /** How many bytes more, or fewer, it announces than it has. */
  readonly lie: number;
}

/** One WebSocket frame of a client, with a mask of zeros. */
export function clientFrame({ opcode, fin, reserved, masked, lie }: FrameHead, payload: Uint8Array): Buffer {
  const length = Math.max(0, payload.length + lie);
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = masked ? 0x80 : 0;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = mask | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeUIntBE(length, 4, 6);
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), payload]);
}
