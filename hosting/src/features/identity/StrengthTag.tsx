/** How strong a way to sign in is, in a word. */
import type { Strength } from '../../../../functions/src/identity/contract.ts';
import { useText } from '../../i18n/language.tsx';
import { Tag } from '../../ui/Tag.tsx';

const kinds = { 1: 'important', 2: 'neutral', 3: 'good' } as const;

/** A tag with the strength's name. */
export function StrengthTag({ strength }: { readonly strength: Strength }) {
  const { identity } = useText();
  return <Tag kind={kinds[strength]}>{identity.strengths[strength]}</Tag>;
}
