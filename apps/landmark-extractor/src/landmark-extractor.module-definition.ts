import { ConfigurableModuleBuilder } from '@nestjs/common';

/** What a host tells the module. */
export interface LandmarkExtractorModuleOptions {
  /** Threads that look for landmarks; 0 looks for none. Each takes about 250 MB once it is needed. */
  readonly landmark_threads: number;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<LandmarkExtractorModuleOptions>().setClassMethodName('forRoot').build();
