/** The details of the organisation as owners and administrators change them. */
import { useQueryClient } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { OrganisationDoc } from '../../../../functions/src/orgs/contract.ts';
import { FormText, showBesideField } from '../../app/formFields.tsx';
import { useText } from '../../i18n/language.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { GroundFields, groundOf, type OrganisationForm } from './GroundFields.tsx';
import { writtenOrganisationNumber } from './organisationNumber.ts';
import { SettingsCard, useSettingsChange } from './SettingsCard.tsx';

/** The form; a conflict keeps what was typed and fetches the newest version to save upon. */
export function OrganisationFormCard({ organisation }: { readonly organisation: OrganisationDoc }) {
  const { app, orgs } = useText();
  const queries = useQueryClient();
  const change = useSettingsChange(organisation, ['name', 'identityNumberGround']);
  const { control, handleSubmit, setError } = useForm<OrganisationForm>({
    defaultValues: {
      name: organisation.name,
      organisationNumber: organisation.organisationNumber,
      ground: organisation.identityNumberGround?.ground ?? 'none',
      explanation: organisation.identityNumberGround?.explanation ?? '',
    },
  });
  const save = handleSubmit(async (form) => {
    try {
      await change.mutateAsync({ name: form.name.trim(), identityNumberGround: groundOf(form) });
      await queries.invalidateQueries({ queryKey: ['organisations'] });
    } catch (error) {
      // Said there, it is not said above as well.
      if (showBesideField(error, setError, { name: app.required, explanation: orgs.explanationLength })) change.reset();
    }
  });
  return (
    <SettingsCard title={orgs.details} change={change} onSave={() => void save()}>
      <FormText
        control={control}
        name="name"
        label={orgs.name}
        rules={{ validate: (value) => value.trim() !== '' || app.required, maxLength: { value: 120, message: app.tooLong(120) } }}
        isRequired
      />
      <Facts items={[{ name: orgs.number, value: writtenOrganisationNumber(organisation.organisationNumber) }]} />
      <GroundFields control={control} />
    </SettingsCard>
  );
}
