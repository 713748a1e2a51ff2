import type { CaptureClaims, LandmarkForwarder, SessionValidator } from '@a3cp/capture-domain';
import type { FactoryProvider, Provider } from '@nestjs/common';
import type { CaptureAuthorizer } from './admission/capture-authorizer.js';
import type { CameraFeedModuleOptions } from './camera-feed.module-definition.js';
import { CHECKED_OPTIONS, madePort, type PortOption } from './options.js';

/** What the host implements; null for an optional port that it leaves out. */
export interface HostPorts {
  readonly landmarkForwarder: LandmarkForwarder;
  readonly sessionValidator: SessionValidator;
  readonly captureAuthorizer: CaptureAuthorizer | null;
  readonly captureClaims: CaptureClaims | null;
}

/** Injection token of the {@link HostPorts}. */
export const HOST_PORTS = Symbol('HostPorts');

const NAMES: readonly PortOption[] = ['landmarkForwarder', 'sessionValidator', 'captureAuthorizer', 'captureClaims'];

/**
 * The ports that the module makes from functions of the host, each as a provider, so that Nest calls its lifecycle hooks. An
 * instance of the host never becomes a provider here: Nest would call its hooks once more.
 */
const MADE: readonly FactoryProvider[] = NAMES.map((name) => ({
  provide: Symbol(name),
  inject: [CHECKED_OPTIONS],
  useFactory: (options: CameraFeedModuleOptions) =>
    typeof options[name] === 'function' ? madePort(name, options[name]) : null,
}));

/** Providers of {@link HOST_PORTS}. */
export const HOST_PORT_PROVIDERS: readonly Provider[] = [
  ...MADE,
  {
    provide: HOST_PORTS,
    inject: [CHECKED_OPTIONS, ...MADE.map(({ provide }) => provide)],
    useFactory: (options: CameraFeedModuleOptions, ...made: unknown[]) =>
      Object.fromEntries(NAMES.map((name, index) => [name, made[index] ?? options[name] ?? null])),
  },
];
