import type { Subject } from './rig.js';

export const BARE: Subject = { name: 'bare `ws`', script: 'bare-server.js' };
export const IN_PROCESS: Subject = { name: 'gateway, in process', script: 'gateway-server.js' };
export const DIRECT: Subject = { name: 'gateway, direct', script: 'gateway-server.js', transport: 'direct' };
const NATS: Subject = { name: 'gateway, NATS', script: 'gateway-server.js', transport: 'nats' };

/** An extractor that the load itself sends frames to. */
export const TRANSPORT: Subject = { name: 'direct transport alone', script: 'extractor-server.js' };

/** What is held against the bare server, in the order of the tables. */
export const GATEWAYS: readonly Subject[] = [IN_PROCESS, DIRECT, NATS];

/** What takes captures, in the order of the tables. */
export const SERVERS: readonly Subject[] = [BARE, ...GATEWAYS];
