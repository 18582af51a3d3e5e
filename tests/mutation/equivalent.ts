/**
 * Mutants that are no fault: whatever is asked, the rules answer the same with them.
 *
 * Each is named as `npm run mutants:rules` prints it, with the reason why nothing can tell it from the rules. A name that
 * is no mutant any more, and one that something does tell, fail the run.
 */

/** Name of a mutant → why it is none. */
export const equivalents: Readonly<Record<string, string>> = {};
