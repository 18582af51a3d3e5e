/** What a rendering throws when something that it needs could not be loaded. */
import { ApiError } from './apiError.ts';

/** Thrown in place of a component, or of words, that could not be loaded. */
export class LoadError extends ApiError {
  /** Makes the next rendering load it anew; not before this one has ended, or it would go on for ever. */
  readonly forget: () => void;

  constructor(forget: () => void) {
    super('shared/unavailable');
    this.forget = forget;
  }
}
