/** The details of the organisation as owners and administrators change them. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { OrganisationDoc } from '../../../../functions/src/orgs/contract.ts';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../app/formFields.tsx';
import { useText } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { GroundFields, groundOf, type OrganisationForm } from './GroundFields.tsx';
import { writtenOrganisationNumber } from './organisationNumber.ts';

type Outcome = { readonly kind: 'saved' } | { readonly kind: 'conflict' } | { readonly kind: 'failed'; readonly error: unknown };

/** The form; a conflict keeps what was typed and fetches the newest version to save upon. */
export function OrganisationFormCard({ orgId, organisation }: { readonly orgId: string; readonly organisation: OrganisationDoc }) {
  const { app, orgs } = useText();
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const { control, handleSubmit, setError, formState } = useForm<OrganisationForm>({
    defaultValues: {
      name: organisation.name,
      organisationNumber: organisation.organisationNumber,
      ground: organisation.identityNumberGround?.ground ?? 'none',
      explanation: organisation.identityNumberGround?.explanation ?? '',
    },
  });
  const save = handleSubmit(async (form) => {
    setOutcome(null);
    try {
      await call('updateOrganisation', {
        orgId,
        version: organisation.version,
        name: form.name.trim(),
        identityNumberGround: groundOf(form),
      });
      setOutcome({ kind: 'saved' });
      await queries.invalidateQueries({ queryKey: ['organisations'] });
    } catch (error) {
      if (error instanceof ApiError && error.code === 'shared/conflict') setOutcome({ kind: 'conflict' });
      else if (!showBesideField(error, setError, { name: app.required, explanation: orgs.explanationLength }))
        setOutcome({ kind: 'failed', error });
    }
    await queries.invalidateQueries({ queryKey: ['organisation', orgId] });
  });
  return (
    <Card title={orgs.details}>
      {outcome?.kind === 'saved' && (
        <Banner kind="success" role="status">
          {orgs.saved}
        </Banner>
      )}
      {outcome?.kind === 'conflict' && (
        <Banner kind="important" role="alert">
          {orgs.conflict}
        </Banner>
      )}
      {outcome?.kind === 'failed' && <ErrorPanel error={outcome.error} />}
      <form onSubmit={(event) => void save(event)} noValidate className="form">
        <FormText
          control={control}
          name="name"
          label={orgs.name}
          rules={{ validate: (value) => value.trim() !== '' || app.required, maxLength: { value: 120, message: app.tooLong(120) } }}
          isRequired
        />
        <Facts items={[{ name: orgs.number, value: writtenOrganisationNumber(organisation.organisationNumber) }]} />
        <GroundFields control={control} />
        <div className="actions">
          <Button type="submit" isPending={formState.isSubmitting}>
            {app.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}
