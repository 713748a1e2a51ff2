import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type LandmarkExtractorModuleOptions, MODULE_OPTIONS_TOKEN } from './landmark-extractor.module-definition.js';
import { OwnPagesGuard } from './results-guards.js';

/** The guard of the host, which Nest would not make from a provider; {@link OwnPagesGuard} where the host has none. */
@Injectable()
export class ResultsGuard implements CanActivate {
  readonly #guard: CanActivate;

  constructor(@Inject(MODULE_OPTIONS_TOKEN) { results_guard }: LandmarkExtractorModuleOptions) {
    this.#guard = results_guard ?? new OwnPagesGuard();
  }

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    return this.#guard.canActivate(context);
  }
}
