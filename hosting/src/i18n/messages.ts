/** The shape of the catalogues: Swedish is written first, every other language must have the same keys. */
import type { sv } from './sv/catalogue.ts';

/** The same tree with any text at its leaves; a leaf with parameters stays a function of the same parameters. */
export type Translated<T> = T extends string
  ? string
  : T extends (...values: infer V) => string
    ? (...values: V) => string
    : { readonly [K in keyof T]: Translated<T[K]> };

/** Everything that the interface says. */
export type Messages = Translated<typeof sv>;
