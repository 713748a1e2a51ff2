/** Who can connect. PROTOCOL.md, "Admission". */
export interface AdmissionPolicy {
  /**
   * Origins whose pages may connect, each as a browser writes it (`https://care.example`); `'same host'` lets in the pages
   * of the host the request itself is for. @default 'same host'
   */
  readonly allowed_origins: 'same host' | readonly string[];
  /** Whether a client that names no origin may connect: every browser names one. @default true */
  readonly allow_missing_origin: boolean;
  /**
   * How many proxies of the host's own stand before the server, each of which adds the address it saw to
   * `X-Forwarded-For`; 0 never looks at the header. @default 0
   */
  readonly trusted_proxy_hops: number;
}

/** The policy of PROTOCOL.md. */
export const DEFAULT_ADMISSION_POLICY: AdmissionPolicy = Object.freeze({
  allowed_origins: 'same host',
  allow_missing_origin: true,
  trusted_proxy_hops: 0,
});

/** Merges a host's values into the defaults. Throws an Error that names the first invalid value. */
export function admissionPolicy(overrides: Partial<AdmissionPolicy> = {}): AdmissionPolicy {
  const policy = { ...DEFAULT_ADMISSION_POLICY, ...overrides };
  const { allowed_origins, allow_missing_origin, trusted_proxy_hops } = policy;
  if (allowed_origins !== 'same host' && !Array.isArray(allowed_origins)) {
    throw new Error("allowed_origins must be 'same host' or a list of origins");
  }
  if (allowed_origins !== 'same host' && !allowed_origins.every(isOrigin)) {
    throw new Error('allowed_origins must be origins such as https://care.example, without a path');
  }
  if (typeof allow_missing_origin !== 'boolean') throw new Error('allow_missing_origin must be true or false');
  if (!Number.isSafeInteger(trusted_proxy_hops) || trusted_proxy_hops < 0) {
    throw new Error('trusted_proxy_hops must be an integer of at least 0');
  }
  return Object.freeze(policy);
}

/** Whether a page of this origin may connect to this host, as the two headers name them. */
export function admitsOrigin(policy: AdmissionPolicy, origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return policy.allow_missing_origin;
  if (policy.allowed_origins !== 'same host') return policy.allowed_origins.includes(origin);
  return isOrigin(origin) && isHostOf(origin, host);
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** Both are read with the scheme of the origin, so that its default port is the same written or left out. */
function isHostOf(origin: string, host = ''): boolean {
  const { protocol, host: expected } = new URL(origin);
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === expected;
}
