import type { CaptureLimits } from '@a3cp/capture-domain';
import type { SocketLimits } from '@a3cp/service';
import { type AdmissionPolicy, DEFAULT_ADMISSION_POLICY } from './admission-policy.js';
import { connectionAddress } from './client-address.js';

/**
 * The limits on all sockets of a gateway that owns its server, WebSockets or not. Behind a trusted proxy no address has a
 * limit of its own, since every socket is the proxy's. PROTOCOL.md, "Limits".
 */
export function socketLimits(
  { max_connections, max_connections_per_address }: CaptureLimits,
  { trusted_proxy_hops }: AdmissionPolicy = DEFAULT_ADMISSION_POLICY,
): SocketLimits {
  const addressOf = trusted_proxy_hops > 0 ? () => null : connectionAddress;
  return { max_connections, max_connections_per_address, addressOf };
}
