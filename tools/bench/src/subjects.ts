import type { Subject } from './rig.js';

/** What is compared most: a frame of a camera at a JPEG quality of 0.8 or so. */
export const FRAME_BYTES = 30_000;

/** Bytes of a frame, in the order of the tables. */
export const SIZES = [1_000, FRAME_BYTES, 300_000] as const;

export const BARE: Subject = { name: 'bare `ws`', script: 'bare-server.js' };
export const IN_PROCESS: Subject = { name: 'gateway, in process', script: 'gateway-server.js' };
export const DIRECT: Subject = { name: 'gateway, direct', script: 'gateway-server.js', transport: 'direct' };
export const NATS: Subject = { name: 'gateway, NATS', script: 'gateway-server.js', transport: 'nats' };

/** An extractor that the load itself sends frames to. */
export const TRANSPORT: Subject = { name: 'direct transport alone', script: 'extractor-server.js' };

/** The subjects that are compared with the bare server, in the order of the tables. */
export const GATEWAYS: readonly Subject[] = [IN_PROCESS, DIRECT, NATS];

/** What takes captures, in the order of the tables. */
export const SERVERS: readonly Subject[] = [BARE, ...GATEWAYS];
