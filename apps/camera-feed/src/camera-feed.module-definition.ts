import type {
  CaptureClaims,
  CaptureLimits,
  EndedSession,
  LandmarkForwarder,
  SessionValidator,
} from '@a3cp/capture-domain';
import { type ConfigurableModuleAsyncOptions, ConfigurableModuleBuilder } from '@nestjs/common';
import type { AdmissionPolicy } from './admission/admission-policy.js';
import type { CaptureAuthorizer } from './admission/capture-authorizer.js';

/**
 * A port of the module. An instance belongs to the host: Nest calls its lifecycle hooks if it is a provider of the host. What a
 * function returns belongs to the module: the function is called once, and Nest starts and stops the result with the module.
 */
export type Port<Implementation> = Implementation | (() => Implementation);

/** The options of the module. */
export interface CameraFeedModuleOptions {
  /** Where accepted frames go. */
  readonly landmarkForwarder: Port<LandmarkForwarder>;
  /** Says whether a session is active. */
  readonly sessionValidator: Port<SessionValidator>;
  /**
   * At least 32 bytes, shared with session_manager, which can then report ended sessions. docs/integration/sessions.md, "The
   * end of a session". @default no reports are accepted
   */
  readonly sessionsClosedSecret?: string;
  /**
   * Receives each session whose end session_manager has reported, to inform other processes of the gateway. @default not called
   */
  readonly onSessionClosed?: (session: EndedSession) => void;
  /** Receives, once, the callback to invoke when a session ends. @default not called */
  readonly sessionEnds?: (ended: (session: EndedSession) => void) => void;
  /** Says what a connection can capture. @default every client can name any user and session */
  readonly captureAuthorizer?: Port<CaptureAuthorizer>;
  /** Keeps the claims of all processes of the gateway. @default this process is the only one */
  readonly captureClaims?: Port<CaptureClaims>;
  /** Limits and timers that differ from PROTOCOL.md, "Limits" and "Timers". @default DEFAULT_CAPTURE_LIMITS */
  readonly limits?: Partial<CaptureLimits>;
  /** Rules for connections that differ from PROTOCOL.md, "Admission". @default DEFAULT_ADMISSION_POLICY */
  readonly admission?: Partial<AdmissionPolicy>;
}

/** Of a type that is given for `Known`: what `Known` allows for its names, and nothing for the others. */
type Only<Given, Known> = { readonly [Name in keyof Given]: Name extends keyof Known ? Known[Name] : never };

/** Options of which no name is unknown, also not inside `limits` and `admission`. */
type Exact<Given> = Only<Given, CameraFeedModuleOptions> & {
  readonly limits?: Only<Given extends { limits?: infer Limits } ? Limits : never, CaptureLimits>;
  readonly admission?: Only<Given extends { admission?: infer Admission } ? Admission : never, AdmissionPolicy>;
};

/** What the compiler needs to have been given to infer the rest. */
export type RequiredOptions = Pick<CameraFeedModuleOptions, 'landmarkForwarder' | 'sessionValidator'>;

/** What `forRootAsync` takes: Nest's own form, whose `useFactory` returns no option that the module does not know. */
export type CameraFeedModuleAsyncOptions<Given extends RequiredOptions> = Omit<
  ConfigurableModuleAsyncOptions<CameraFeedModuleOptions>,
  'useFactory'
> & {
  // the parameters are those of `inject`, whose types Nest does not know
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly useFactory?: (...injected: any[]) => (Given & Exact<Given>) | Promise<Given & Exact<Given>>;
};

/** `forRoot` and `forRootAsync` of the module, and the injection token of what they are given. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<CameraFeedModuleOptions>().setClassMethodName('forRoot').build();
