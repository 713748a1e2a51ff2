import { CAPTURE_PATHS, CAPTURE_SUBPROTOCOL, SCHEMA_VERSION } from '@a3cp/capture-protocol';
import type { JsonSchema } from './json-schema.js';

/** The description of a message beside its schema: its sender and its purpose. */
const FROM_CLIENT = ['capture.open', 'capture.frame_meta', 'frame_bytes', 'capture.close'];
const FROM_SERVER = ['capture.abort', 'capture.opened', 'capture.ack', 'capture.closed'];
const TO_EXTRACTOR = ['direct.open', 'direct.frame', 'direct.end'];
const FROM_EXTRACTOR = ['direct.answer'];

/** Messages that are bytes: JSON Schema has no words for them. */
const BINARY: Readonly<Record<string, object>> = {
  frame_bytes: {
    title: 'frame_bytes',
    summary: 'One JPEG file of exactly the byte_length just announced, and of the width and height of the open.',
    contentType: 'image/jpeg',
    payload: { type: 'string', format: 'binary' },
  },
  'direct.frame': {
    title: 'direct.frame',
    summary:
      'One frame: a 16-bit big-endian length, direct.frame_header of so many bytes as UTF-8 JSON, then the JPEG as the client sent it.',
    contentType: 'application/octet-stream',
    payload: { type: 'string', format: 'binary' },
  },
};

/** The AsyncAPI 3 document of the capture protocol and of its direct transport, seen from the gateway. */
export function asyncApiDocument(schemas: ReadonlyMap<string, JsonSchema>): object {
  const [capture, ...also] = CAPTURE_PATHS;
  const jsonMessages = [...schemas].filter(([name]) => name !== 'direct.frame_header');
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'A3CP camera feed',
      version: SCHEMA_VERSION,
      description:
        'One WebSocket carries one capture: a short window of camera frames that a client sends and the gateway streams, frame by frame, to a landmark extractor. PROTOCOL.md says in words what this document says to machines, and what they cannot check: order, time, limits, and what ends a connection.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      gateway: { host: '127.0.0.1:3000', protocol: 'ws', description: 'The gateway, as it runs by default.' },
      extractor: {
        host: '127.0.0.1:3002',
        protocol: 'ws',
        description: 'A landmark extractor, as it runs by default.',
      },
    },
    channels: {
      capture: {
        address: capture,
        title: 'A capture',
        description: `One capture for each connection. ${also.join(', ')} behave alike. A client that offers the subprotocol ${CAPTURE_SUBPROTOCOL} is also sent capture.opened, capture.ack and capture.closed; no other client ever is.`,
        servers: [{ $ref: '#/servers/gateway' }],
        messages: references([...FROM_CLIENT, ...FROM_SERVER]),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
      stream: {
        address: '/landmark_extractor/stream',
        title: 'A stream to an extractor',
        description:
          'One WebSocket for each capture, from the gateway to LANDMARK_EXTRACTOR_URL, on a trusted network.',
        servers: [{ $ref: '#/servers/extractor' }],
        messages: references([...TO_EXTRACTOR, ...FROM_EXTRACTOR]),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
    },
    operations: {
      takeCapture: operation(
        'receive',
        'capture',
        FROM_CLIENT,
        'What a client sends: open, a meta and bytes for every frame, close.',
      ),
      tellClient: operation(
        'send',
        'capture',
        FROM_SERVER,
        'What the gateway says: why a capture failed, and, if it was asked to, how it comes along.',
      ),
      forwardCapture: operation('send', 'stream', TO_EXTRACTOR, 'What the extractor is sent: open, every frame, end.'),
      hearExtractor: operation('receive', 'stream', FROM_EXTRACTOR, 'What the extractor answers to each of them.'),
    },
    components: {
      messages: {
        ...Object.fromEntries(jsonMessages.map(([name, { description }]) => [name, jsonMessage(name, description)])),
        ...BINARY,
      },
      schemas: Object.fromEntries(schemas),
    },
  };
}

function jsonMessage(name: string, description: string | undefined): object {
  return {
    name,
    title: name,
    ...(description !== undefined && { summary: description }),
    contentType: 'application/json',
    payload: { $ref: `#/components/schemas/${name}` },
  };
}

function operation(action: 'send' | 'receive', channel: string, messages: readonly string[], summary: string): object {
  return {
    action,
    channel: { $ref: `#/channels/${channel}` },
    summary,
    messages: messages.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
  };
}

function references(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}
