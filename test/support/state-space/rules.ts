import { acceptsInput, heldBytes, idle } from '../../../libs/capture-domain/src/capture/state.js';
import { transition } from '../../../libs/capture-domain/src/transition.js';

/** The pure functions that CaptureService and CaptureRepository call. */
export interface Rules {
  readonly idle: typeof idle;
  readonly transition: typeof transition;
  readonly acceptsInput: typeof acceptsInput;
  readonly heldBytes: typeof heldBytes;
}

/** The rules as shipped. */
export const RULES: Rules = { idle, transition, acceptsInput, heldBytes };
