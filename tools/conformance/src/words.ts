import type { Close } from './connection.js';

/** An event and some of its fields: `frame.ack with seq 3`. */
export function eventInWords(event: string, fields: object = {}): string {
  const words = Object.entries(fields).map(([field, value]) => `${field} ${JSON.stringify(value)}`);
  return words.length > 0 ? `${event} with ${words.join(', ')}` : event;
}

/** The answer to a handshake: an HTTP status, or the subprotocol that was selected, '' for none. */
export function handshakeInWords(answer: string | number): string {
  if (typeof answer === 'number') return `HTTP ${answer}`;
  return answer === '' ? 'a WebSocket without a subprotocol' : `a WebSocket with the subprotocol ${answer}`;
}

/** The end of a WebSocket. */
export function closeInWords({ code, reason }: Close): string {
  return `close ${code} ${reason}`.trim();
}
