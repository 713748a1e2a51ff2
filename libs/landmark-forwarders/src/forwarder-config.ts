import { requireNatsUrl } from './nats/nats-url.js';

/**
 * Which transport carries captures between a gateway and an extractor in two processes, and with what.
 *
 * @typeParam Direct what the direct transport needs on this side
 */
export type ForwarderConfig<Direct extends object> =
  ({ readonly transport: 'direct' } & Direct) | { readonly transport: 'nats'; readonly nats_url: string };

/**
 * The transport that LANDMARK_FORWARDER names, `direct` if it is not set; NATS_URL is read for `nats`. Throws an Error that names
 * the variable that is wrong. The Error never repeats NATS_URL, which holds a password.
 */
export function readForwarder<Direct extends object>(
  env: Readonly<Record<string, string | undefined>>,
  direct: Direct,
): ForwarderConfig<Direct> {
  const transport = env['LANDMARK_FORWARDER'] || 'direct';
  switch (transport) {
    case 'direct':
      return { transport, ...direct };
    case 'nats':
      return { transport, nats_url: requireNatsUrl(env) };
    default:
      throw new Error(
        'LANDMARK_FORWARDER must be direct or nats; in-process, with the extractor inside, is what npm start does',
      );
  }
}
