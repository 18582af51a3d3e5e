/** A state in one or two words. */
import type { ReactNode } from 'react';

/** How a tag looks; the words say the same, so that colour is never alone. */
export type TagKind = 'neutral' | 'good' | 'important' | 'bad';

/** A small label beside a name or in a table. */
export function Tag({ kind = 'neutral', children }: { readonly kind?: TagKind; readonly children: ReactNode }) {
  return <span className={`tag tag-${kind}`}>{children}</span>;
}
