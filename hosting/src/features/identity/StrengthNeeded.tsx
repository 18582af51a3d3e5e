/** An organisation asks for a stronger sign-in than this session's: what is needed, and the two ways to it. */
import { useQueryClient } from '@tanstack/react-query';
import type { Strength } from '../../../../functions/src/identity/contract.ts';
import { askConfirmation } from '../../api/confirmation.ts';
import { ButtonLink } from '../../app/links.tsx';
import { useText } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';

/** Says what is needed. Confirming in a stronger way makes the session as strong, and what was refused is asked for anew. */
export function StrengthNeeded({ needed }: { readonly needed: Strength }) {
  const { identity } = useText();
  const queries = useQueryClient();
  const confirm = async () => {
    if (await askConfirmation()) await queries.invalidateQueries();
  };
  return (
    <EmptyState icon="shield" title={identity.strongerTitle} text={`${identity.strongerText} ${identity.strongerLevels[needed]}`}>
      <Button onPress={() => void confirm()}>{identity.strongerSignIn}</Button>
      <ButtonLink to="/account" look="secondary">
        {identity.strongerAdd}
      </ButtonLink>
    </EmptyState>
  );
}
