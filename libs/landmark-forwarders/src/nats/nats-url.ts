import { natsUser } from './nats-subjects.js';

/** The NATS_URL of a program that needs it. Throws an Error that names it, and never repeats it: it holds a password. */
export function requireNatsUrl(env: Readonly<Record<string, string | undefined>>): string {
  const text = env['NATS_URL'] || '';
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname || !['nats:', 'tls:'].includes(url.protocol)) {
    throw new Error('NATS_URL must be a URL that starts with nats:// or tls://');
  }
  natsUser(text);
  return text;
}
