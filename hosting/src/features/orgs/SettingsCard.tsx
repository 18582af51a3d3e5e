/** A card of settings with one button, its outcome, and one way to handle somebody quicker. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { OrganisationDoc } from '../../../../functions/src/orgs/contract.ts';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import type { Input } from '../../api/callables.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Said } from '../../app/Said.tsx';
import { useText } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';

type Settings = Omit<Input<'updateOrganisation'>, 'orgId' | 'version'>;

/** Saving of some settings upon the version that is shown. */
export function useSettingsChange(organisation: OrganisationDoc) {
  const { orgId } = useMembership();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (settings: Settings) => call('updateOrganisation', { orgId, version: organisation.version, ...settings }),
    gcTime: 0,
    // Also after a refusal: somebody else's version is the one to save upon next.
    onSettled: () => queries.invalidateQueries({ queryKey: ['organisation', orgId] }),
  });
}

type SettingsCardProps = {
  readonly title: string;
  readonly change: ReturnType<typeof useSettingsChange>;
  /** Saves; does nothing when something typed is wrong. */
  readonly onSave: () => void;
  /** Why the reader may look but not save. */
  readonly locked?: string | undefined;
  readonly children: ReactNode;
};

/** The card around the fields. */
export function SettingsCard({ title, change, onSave, locked, children }: SettingsCardProps) {
  const { app, orgs } = useText();
  const isConflict = change.error instanceof ApiError && change.error.code === 'shared/conflict';
  return (
    <Card title={title}>
      <Said words={change.isSuccess ? orgs.saved : null} />
      {isConflict && (
        <Banner kind="important" role="alert">
          {orgs.conflict}
        </Banner>
      )}
      {change.isError && !isConflict && <ErrorPanel error={change.error} />}
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
