import type { Msg } from '@nats-io/transport-node';

/** The queue group of the extractors that have room for a capture. The server passes each open to one of them. */
export const QUEUE_GROUP = 'extractors';

/** The subjects where extractors receive opens, of every gateway. docs/integration/nats.md. */
export const OPEN_SUBJECTS = 'a3cp.lx.v1.open.*';

/** The subjects where the registrar receives claims, of every gateway. docs/integration/several-gateways.md. */
export const REGISTRAR_SUBJECTS = 'a3cp.cl.v1.registrar.*';

/** The subjects where gateways receive ends of sessions. docs/integration/several-gateways.md. */
export const CLOSED_SUBJECTS = 'a3cp.session.v1.closed.*';

/** The user of a connection whose URL names none. */
const ANONYMOUS = 'anonymous';

const TOKEN = /^[\w-]+$/;

const FRAMES = 'a3cp.lx.v1.w.';

/**
 * The user of a NATS URL, which is a part of this program's subjects. The server's permissions keep each user to the
 * subjects of its name. Throws an Error if the name cannot be a part of a subject.
 */
export function natsUser(url: string): string {
  const user = new URL(url).username || ANONYMOUS;
  if (!TOKEN.test(user)) throw new Error('NATS_URL: a user name must consist of letters, digits, "-" and "_"');
  return user;
}

/** The subject where a gateway asks for an extractor. */
export function openSubject(gateway: string): string {
  return OPEN_SUBJECTS.replace('*', gateway);
}

/**
 * The subject of the frames, pings and ends from a gateway to one extractor process; `*` for all gateways.
 *
 * @param extractor the user of the extractor
 * @param worker_id the process, since several processes can have the same user
 */
export function frameSubject(extractor: string, worker_id: string, gateway: string): string {
  return `${FRAMES}${extractor}.${worker_id}.${gateway}`;
}

/** Whether it is a {@link frameSubject} that this gateway may send to. */
export function isFrameSubject(subject: unknown, gateway: string): subject is string {
  if (typeof subject !== 'string' || !subject.startsWith(FRAMES)) return false;
  const tokens = subject.slice(FRAMES.length).split('.');
  return tokens.length === 3 && tokens.every((token) => TOKEN.test(token)) && tokens[2] === gateway;
}

/** The subject where a gateway claims captures. */
export function registrarSubject(gateway: string): string {
  return REGISTRAR_SUBJECTS.replace('*', gateway);
}

/** The prefix of the subjects where a user receives answers. Only that user may subscribe to them. */
export function inboxPrefix(user: string): string {
  return `_INBOX.${user}`;
}

/**
 * The gateway that sent a message: the last token of its subject, which the server lets only that gateway write to. Null if
 * the answer would go elsewhere than to that gateway, since a gateway could make the receiver write where it may not itself.
 */
export function senderOf({ subject, reply }: Pick<Msg, 'subject' | 'reply'>): string | null {
  const gateway = subject.slice(subject.lastIndexOf('.') + 1);
  return !reply || reply.startsWith(`${inboxPrefix(gateway)}.`) ? gateway : null;
}
