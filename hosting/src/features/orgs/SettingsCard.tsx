/** A card of settings with one button, its outcome, and one way to handle somebody quicker. */
import { hashKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { OrganisationDoc } from '../../../../functions/src/orgs/contract.ts';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import type { Input } from '../../api/callables.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Said } from '../../app/Said.tsx';
import { isConflict } from '../../app/useChange.ts';
import { useText } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';

type Settings = Omit<Input<'updateOrganisation'>, 'orgId' | 'version'>;

/**
 * Saving of the settings of one card, named by `names`. What the card shows is what it found when it began, so it saves only while
 * that is what is stored: other cards, and colleagues at these, move the organisation's version without anything to be seen here.
 */
export function useSettingsChange<N extends keyof Settings & keyof OrganisationDoc>(organisation: OrganisationDoc, names: readonly N[]) {
  const { orgId } = useMembership();
  const queries = useQueryClient();
  const [began, setBegan] = useState(organisation);
  const ofCard = (one: OrganisationDoc) => hashKey(names.map((name) => one[name]));
  return useMutation({
    mutationFn: (settings: Pick<Settings, N>) => {
      if (ofCard(organisation) !== ofCard(began)) throw new ApiError('shared/conflict');
      return call('updateOrganisation', { orgId, version: organisation.version, ...settings });
    },
    gcTime: 0,
    // Also after a refusal: what somebody else stored is what to save upon next.
    onSettled: async (answer, error) => {
      const queryKey = ['organisation', orgId];
      await queries.invalidateQueries({ queryKey });
      const now = queries.getQueryData<OrganisationDoc>(queryKey);
      if (now !== undefined && (now.version === answer?.version || isConflict(error))) setBegan(now);
    },
  });
}

type SettingsCardProps = {
  readonly title: string;
  readonly change: Pick<ReturnType<typeof useSettingsChange>, 'isPending' | 'isSuccess' | 'error'>;
  /** Saves; does nothing when something typed is wrong. */
  readonly onSave: () => void;
  /** Why the reader may look but not save. */
  readonly locked?: string | undefined;
  readonly children: ReactNode;
};

/** The card around the fields. */
export function SettingsCard({ title, change, onSave, locked, children }: SettingsCardProps) {
  const { app, orgs } = useText();
  return (
    <Card title={title}>
      <Said words={change.isSuccess ? orgs.saved : null} />
      {isConflict(change.error) ? (
        <Banner kind="important" role="alert">
          {orgs.conflict}
        </Banner>
      ) : (
        change.error !== null && <ErrorPanel error={change.error} />
      )}
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        {children}
        {locked === undefined ? (
          <div className="actions">
            <Button type="submit" isPending={change.isPending}>
              {app.save}
            </Button>
          </div>
        ) : (
          <p className="field-hint">{locked}</p>
        )}
      </form>
    </Card>
  );
}
