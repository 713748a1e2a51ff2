import { type CanActivate, ConfigurableModuleBuilder } from '@nestjs/common';
import { LandmarkExtractorGateway } from './landmark-extractor.gateway.js';

/** Options of the `LandmarkExtractorModule`. */
export interface LandmarkExtractorModuleOptions {
  /** Threads that look for landmarks; 0 looks for none. Each takes about 250 MB once it is needed. */
  readonly landmark_threads: number;
  /** Secret that a gateway must bring to the direct stream, at least 32 bytes; absent or null asks for none. */
  readonly stream_secret?: string | null;
  /**
   * Decides for each request whether it can read results. By default it admits pages of the host's origin and programs on its
   * machine. A host with users should set a guard. docs/integration/landmarks.md, "Who may read results".
   */
  readonly results_guard?: CanActivate;
}

/** What decides which routes there are. */
interface LandmarkExtractorModuleExtras {
  /**
   * Whether gateways in other processes stream captures over the direct transport; if false, the route does not exist.
   * @default false
   */
  readonly direct_stream?: boolean;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<LandmarkExtractorModuleOptions>()
    .setClassMethodName('forRoot')
    .setExtras<LandmarkExtractorModuleExtras>({ direct_stream: false }, (definition, { direct_stream }) => ({
      ...definition,
      providers: [...(definition.providers ?? []), ...(direct_stream ? [LandmarkExtractorGateway] : [])],
    }))
    .build();
