import { captureLimits, DEFAULT_CAPTURE_LIMITS, NUMERIC_LIMITS } from '@a3cp/capture-domain';
import { describe, expect, it } from '@jest/globals';
import { availableParallelism } from 'node:os';
import { DEFAULT_ADMISSION_POLICY } from '../admission/admission-policy.js';
import { readConfig } from './config.js';

const DEFAULTS = {
  host: '127.0.0.1',
  port: 3000,
  workers: 1,
  session_manager_url: 'http://127.0.0.1:3001',
  session_batch: false,
  forwarder: {
    transport: 'direct',
    extractor_url: 'ws://127.0.0.1:3002/landmark_extractor/stream',
    secret: null,
  },
  ticket_key: null,
  sessions_closed_secret: null,
  limits: DEFAULT_CAPTURE_LIMITS,
  admission: DEFAULT_ADMISSION_POLICY,
};

const VARIABLES = [
  ...['HOST', 'PORT', 'WORKERS', 'SESSION_MANAGER_URL', 'SESSION_BATCH', 'LANDMARK_EXTRACTOR_URL', 'FRAME_INSPECTION'],
  ...['CAPTURE_TICKET_SECRET', 'CAPTURE_TICKET_JWKS_URL', 'SESSIONS_CLOSED_SECRET', 'LANDMARK_STREAM_SECRET'],
  ...['LANDMARK_FORWARDER', 'NATS_URL'],
  ...['ALLOWED_ORIGINS', 'ALLOW_MISSING_ORIGIN', 'TRUSTED_PROXY_HOPS'],
  ...NUMERIC_LIMITS.map((name) => name.toUpperCase()),
];

const NO_NUMBERS = ['abc', '-1', '1.5', '1e3', ' 1', '1 ', '0x10', '+1', '9007199254740992'];

describe('the configuration', () => {
  it('given no variable, then it is the defaults', () => {
    expect(readConfig({})).toEqual(DEFAULTS);
  });

  it('given what it does not know, then it is the defaults', () => {
    expect(readConfig({ max_fps: '30', PATH: '/bin', OTHER: 'x' })).toEqual(DEFAULTS);
  });

  it.each(VARIABLES)('given %s misspelt, then it is named, but for the shortest', (name) => {
    const misspelt = `${name}X`;
    if (name.length < 7) expect(readConfig({ [misspelt]: '' })).toEqual(DEFAULTS);
    else if (name !== 'NATS_URL') expect(() => readConfig({ [misspelt]: '' })).toThrow(`${misspelt} is not a variable`);
  });

  it.each(VARIABLES)('given an empty %s, then it is the default', (name) => {
    expect(readConfig({ [name]: '' })).toEqual(DEFAULTS);
  });
});

describe('HOST, PORT and URLs', () => {
  it.each([
    ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
    ['PORT', '0', { port: 0 }],
    ['PORT', '65535', { port: 65_535 }],
    ['WORKERS', '4', { workers: 4 }],
    ['WORKERS', 'auto', { workers: availableParallelism() }],
    ['SESSION_MANAGER_URL', 'http://sessions:8080/base', { session_manager_url: 'http://sessions:8080/base' }],
    ['SESSION_MANAGER_URL', 'https://sessions', { session_manager_url: 'https://sessions' }],
    ['SESSION_BATCH', 'true', { session_batch: true }],
    ['SESSION_BATCH', 'false', {}],
    [
      'LANDMARK_EXTRACTOR_URL',
      'ws://extractor/x',
      { forwarder: { ...DEFAULTS.forwarder, extractor_url: 'ws://extractor/x' } },
    ],
    [
      'LANDMARK_EXTRACTOR_URL',
      'wss://extractor',
      { forwarder: { ...DEFAULTS.forwarder, extractor_url: 'wss://extractor' } },
    ],
  ])('given %s=%s, then that and the defaults', (name, value, expected) => {
    expect(readConfig({ [name]: value })).toEqual({ ...DEFAULTS, ...expected });
  });

  it.each([...NO_NUMBERS, '65536'])('given PORT=%p, then the variable is named', (value) => {
    expect(() => readConfig({ PORT: value })).toThrow('PORT must be a whole number of at most 65535');
  });

  it.each([...NO_NUMBERS, 'AUTO', '129'])('given WORKERS=%p, then the variable is named', (value) => {
    expect(() => readConfig({ WORKERS: value })).toThrow('WORKERS must be a whole number of at most 128');
  });

  it('given no worker at all, then the variable is named', () => {
    expect(() => readConfig({ WORKERS: '0' })).toThrow('WORKERS must be auto or at least 1');
  });

  it.each(['sessions', '127.0.0.1:3001', 'ws://sessions', 'file:///etc', 'http://'])(
    'given SESSION_MANAGER_URL=%s, then the variable is named',
    (value) => {
      const message = 'SESSION_MANAGER_URL must be a URL that starts with http:// or https://';
      expect(() => readConfig({ SESSION_MANAGER_URL: value })).toThrow(message);
    },
  );

  it.each(['extractor', '127.0.0.1:3002', 'http://extractor', 'ws://'])(
    'given LANDMARK_EXTRACTOR_URL=%s, then the variable is named',
    (value) => {
      const message = 'LANDMARK_EXTRACTOR_URL must be a URL that starts with ws:// or wss://';
      expect(() => readConfig({ LANDMARK_EXTRACTOR_URL: value })).toThrow(message);
    },
  );
});

describe('LANDMARK_FORWARDER', () => {
  it('given nats and NATS_URL, then that and the defaults', () => {
    const nats_url = 'nats://gateway:secret@bus:4222';
    const forwarder = { transport: 'nats', nats_url };
    expect(readConfig({ LANDMARK_FORWARDER: 'nats', NATS_URL: nats_url })).toEqual({ ...DEFAULTS, forwarder });
  });

  it('given nats alone, then NATS_URL is named', () => {
    expect(() => readConfig({ LANDMARK_FORWARDER: 'nats' })).toThrow(/^NATS_URL must be/);
  });
});

describe('whose tickets are good', () => {
  const secret = 'x'.repeat(32);
  const jwks_url = 'https://care.example/keys';

  it('is said by a secret or by a URL', () => {
    expect(readConfig({ CAPTURE_TICKET_SECRET: secret }).ticket_key).toEqual({ secret });
    expect(readConfig({ CAPTURE_TICKET_JWKS_URL: jwks_url }).ticket_key).toEqual({ jwks_url });
  });

  it('is refused by name, and a secret is not repeated', () => {
    const refused = (env: Record<string, string>) => () => readConfig(env);
    expect(refused({ CAPTURE_TICKET_SECRET: 'x'.repeat(31) })).toThrow(
      /^CAPTURE_TICKET_SECRET must have at least 32 bytes$/,
    );
    expect(refused({ CAPTURE_TICKET_JWKS_URL: 'keys' })).toThrow(/^CAPTURE_TICKET_JWKS_URL must be a URL/);
    expect(refused({ CAPTURE_TICKET_SECRET: secret, CAPTURE_TICKET_JWKS_URL: jwks_url })).toThrow(
      /^CAPTURE_TICKET_JWKS_URL must not be set/,
    );
  });
});

describe('LANDMARK_STREAM_SECRET', () => {
  it('given 32 bytes, then it is what they are; given fewer, then it throws and names it', () => {
    const secret = 's'.repeat(32);
    const forwarder = { ...DEFAULTS.forwarder, secret };
    expect(readConfig({ LANDMARK_STREAM_SECRET: secret })).toEqual({ ...DEFAULTS, forwarder });
    expect(() => readConfig({ LANDMARK_STREAM_SECRET: secret.slice(1) })).toThrow(
      /^LANDMARK_STREAM_SECRET must have at least 32 bytes$/,
    );
  });
});

describe('SESSIONS_CLOSED_SECRET', () => {
  it('has at least 32 bytes, and is not repeated', () => {
    const secret = 'x'.repeat(32);
    expect(readConfig({ SESSIONS_CLOSED_SECRET: secret })).toEqual({ ...DEFAULTS, sessions_closed_secret: secret });
    expect(() => readConfig({ SESSIONS_CLOSED_SECRET: secret.slice(1) })).toThrow(
      /^SESSIONS_CLOSED_SECRET must have at least 32 bytes$/,
    );
  });
});

describe('who may connect', () => {
  it('is listed by origin, separated by commas', () => {
    const { admission } = readConfig({ ALLOWED_ORIGINS: 'https://a.example, http://127.0.0.1:5173' });
    expect(admission.allowed_origins).toEqual(['https://a.example', 'http://127.0.0.1:5173']);
  });

  it.each(['*', 'a.example', 'https://a.example/', 'https://a.example,'])('given %p, then it is named', (origins) => {
    expect(() => readConfig({ ALLOWED_ORIGINS: origins })).toThrow(/^ALLOWED_ORIGINS must be origins/);
  });

  it('given ALLOW_MISSING_ORIGIN, then true or false', () => {
    expect(readConfig({ ALLOW_MISSING_ORIGIN: 'false' }).admission.allow_missing_origin).toBe(false);
    expect(readConfig({ ALLOW_MISSING_ORIGIN: 'true' }).admission.allow_missing_origin).toBe(true);
    expect(() => readConfig({ ALLOW_MISSING_ORIGIN: 'no' })).toThrow(/^ALLOW_MISSING_ORIGIN must be true or false$/);
  });

  it('given TRUSTED_PROXY_HOPS, then so many', () => {
    expect(readConfig({ TRUSTED_PROXY_HOPS: '2' }).admission.trusted_proxy_hops).toBe(2);
    expect(() => readConfig({ TRUSTED_PROXY_HOPS: '-1' })).toThrow(/^TRUSTED_PROXY_HOPS must be a whole number/);
  });
});

describe('the limits', () => {
  describe.each(NUMERIC_LIMITS)('given %s in capital letters', (name) => {
    const variable = name.toUpperCase();
    const value = DEFAULT_CAPTURE_LIMITS[name] + 1;

    it('then that and the defaults', () => {
      const config = readConfig({ [variable]: String(value) });
      expect(config).toEqual({ ...DEFAULTS, limits: captureLimits({ [name]: value }) });
      expect(config.limits[name]).toBe(value);
    });

    it.each(NO_NUMBERS)('%p is refused and the variable named', (text) => {
      const message = `${variable} must be a whole number of at most 9007199254740991`;
      expect(() => readConfig({ [variable]: text })).toThrow(message);
    });
  });

  it.each(['INGEST_GRACE_MS', 'FORWARD_GRACE_MS', 'SESSION_CACHE_MS', 'SHUTDOWN_TIMEOUT_MS'])(
    '%s may be 0',
    (variable) => {
      expect(() => readConfig({ [variable]: '0' })).not.toThrow();
    },
  );

  it('a limit out of its range is refused and its variable named', () => {
    expect(() => readConfig({ MAX_FPS: '0' })).toThrow(/^MAX_FPS must be an integer of at least 1$/);
    expect(() => readConfig({ MAX_FRAME_BYTES: '1000001' })).toThrow(/^MAX_FRAME_BYTES must not exceed/);
    expect(() => readConfig({ SESSION_CACHE_MS: '5001' })).toThrow(/^SESSION_CACHE_MS must not exceed 5000$/);
  });

  it('FRAME_INSPECTION is header or off', () => {
    expect(readConfig({ FRAME_INSPECTION: 'off' }).limits.frame_inspection).toBe('off');
    expect(readConfig({ FRAME_INSPECTION: 'header' }).limits.frame_inspection).toBe('header');
    expect(() => readConfig({ FRAME_INSPECTION: 'none' })).toThrow(/^FRAME_INSPECTION must be 'header' or 'off'$/);
  });
});
