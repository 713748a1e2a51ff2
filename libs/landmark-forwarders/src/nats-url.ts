const FORWARDERS = ['direct', 'nats'];

/**
 * The NATS_URL of a gateway or an extractor whose LANDMARK_FORWARDER is `nats`; null where it is `direct`, or neither is
 * set. Throws an Error that names the variable that is wrong, and never repeats it: it holds a password.
 */
export function readNatsUrl(env: Readonly<Record<string, string | undefined>>): string | null {
  const forwarder = env['LANDMARK_FORWARDER'] || 'direct';
  const text = env['NATS_URL'] || '';
  if (!FORWARDERS.includes(forwarder)) {
    throw new Error('LANDMARK_FORWARDER must be direct or nats; in-process is what npm start does');
  }
  if (forwarder === 'direct') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname || !['nats:', 'tls:'].includes(url.protocol)) {
    throw new Error('NATS_URL must be a URL that starts with nats:// or tls://');
  }
  return text;
}
