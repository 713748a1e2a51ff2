import { natsUser } from './nats-subjects.js';

const FORWARDERS = ['direct', 'nats'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The NATS_URL of a gateway or an extractor whose LANDMARK_FORWARDER is `nats`; null where it is `direct`, or neither is
 * set. Throws an Error that names the variable that is wrong, and never repeats it: it holds a password.
 */
export function readNatsUrl(env: Environment): string | null {
  const forwarder = env['LANDMARK_FORWARDER'] || 'direct';
  if (!FORWARDERS.includes(forwarder)) {
    throw new Error(
      'LANDMARK_FORWARDER must be direct or nats; in-process, with the extractor inside, is what npm start does',
    );
  }
  return forwarder === 'direct' ? null : requireNatsUrl(env);
}

/** The NATS_URL of what is nothing without it. Throws an Error that names it, and never repeats it. */
export function requireNatsUrl(env: Environment): string {
  const text = env['NATS_URL'] || '';
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname || !['nats:', 'tls:'].includes(url.protocol)) {
    throw new Error('NATS_URL must be a URL that starts with nats:// or tls://');
  }
  natsUser(text);
  return text;
}
