/** A new organisation: its name, its number, and its ground for personal identity numbers. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../app/formFields.tsx';
import { Page } from '../../app/Page.tsx';
import { workIsSent } from '../../app/unsavedWork.ts';
import { useNavigate } from '../../app/useNavigate.ts';
import { useText } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { GroundFields, groundOf, type OrganisationForm } from './GroundFields.tsx';
import { organisationNumberDigits } from './organisationNumber.ts';

/** The page that creates an organisation and leads to its register. */
export function CreateOrganisationPage() {
  const { app, errors, orgs } = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<unknown>(null);
  const { control, handleSubmit, setError, formState } = useForm<OrganisationForm>({
    mode: 'onTouched',
    defaultValues: { name: '', organisationNumber: '', ground: 'none', explanation: '' },
  });
  const create = handleSubmit(async (form) => {
    setFailure(null);
    try {
      const organisationNumber = organisationNumberDigits(form.organisationNumber) ?? form.organisationNumber;
      const { orgId } = await call('createOrganisation', {
        name: form.name.trim(),
        organisationNumber,
        identityNumberGround: groundOf(form),
      });
      workIsSent();
      await queries.invalidateQueries({ queryKey: ['organisations'] });
      await navigate(`/o/${orgId}/persons`);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'orgs/organisation-number-taken') {
        return setError('organisationNumber', { message: errors[error.code] }, { shouldFocus: true });
      }
      const words = { name: app.required, organisationNumber: orgs.numberInvalid, explanation: orgs.explanationLength };
      if (!showBesideField(error, setError, words)) setFailure(error);
    }
  });
  return (
    <Page title={orgs.createTitle} intro={orgs.createIntro}>
      {failure !== null && <ErrorPanel error={failure} />}
      <form onSubmit={(event) => void create(event)} noValidate className="form card">
        <FormText
          control={control}
          name="name"
          label={orgs.name}
          autoComplete="organization"
          rules={{ validate: (value) => value.trim() !== '' || app.required, maxLength: { value: 120, message: app.tooLong(120) } }}
          isRequired
        />
        <FormText
          control={control}
          name="organisationNumber"
          label={orgs.number}
          hint={orgs.numberHint}
          inputMode="numeric"
          rules={{ required: app.required, validate: (value) => organisationNumberDigits(value) !== null || orgs.numberInvalid }}
          isRequired
        />
        <GroundFields control={control} />
        <div className="actions">
          <Button type="submit" isPending={formState.isSubmitting}>
            {orgs.create}
          </Button>
        </div>
      </form>
    </Page>
  );
}
