/** Adds one person. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { fieldNames, type FieldName } from '../../../../functions/src/register/fields.ts';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { showBesideField } from '../../app/formFields.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Page } from '../../app/Page.tsx';
import { workIsSent } from '../../app/unsavedWork.ts';
import { useNavigate } from '../../app/useNavigate.ts';
import { useText } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { leaveNotice } from './notice.ts';
import { fieldProblems, formOf, type PersonForm } from './person.ts';
import { PersonFieldInputs } from './PersonFieldInputs.tsx';

/** The page that adds a person. */
export function AddPersonPage() {
  return (
    <Requires permission="register.write">
      <AddPerson />
    </Requires>
  );
}

function AddPerson() {
  const text = useText();
  const { app, errors, register } = text;
  const { orgId } = useMembership();
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<unknown>(null);
  const { control, handleSubmit, setError, formState } = useForm<PersonForm>({ defaultValues: formOf({}, false) });
  const add = handleSubmit(async (form) => {
    setFailure(null);
    if (form.givenName.trim() === '' && form.familyName.trim() === '')
      return setError('givenName', { message: register.needName }, { shouldFocus: true });
    const typed = fieldNames.filter((name) => form[name].trim() !== '').map((name) => [name, form[name].trim()]);
    // Built from field names only.
    const fields = Object.fromEntries(typed) as Partial<Record<FieldName, string>>;
    try {
      const { dataSubjectId } = await call('createDataSubject', { orgId, fields, isProtected: form.isProtected });
      workIsSent();
      await queries.invalidateQueries({ queryKey: ['persons', orgId] });
      leaveNotice('added');
      await navigate(`/o/${orgId}/persons/${dataSubjectId}`, { replace: true });
    } catch (error) {
      const isAboutNumber =
        error instanceof ApiError && (error.code === 'register/number-exists' || error.code === 'orgs/identity-number-ground-missing');
      if (isAboutNumber) return setError('personalIdentityNumber', { message: errors[error.code] }, { shouldFocus: true });
      if (!showBesideField(error, setError, fieldProblems(text))) setFailure(error);
    }
  });
  return (
    <Page title={register.addTitle} intro={register.addIntro}>
      {failure !== null && <ErrorPanel error={failure} />}
      <form onSubmit={(event) => void add(event)} noValidate className="form card">
        <PersonFieldInputs control={control} storedNumber={null} mayProtect={can('register.readProtected').isAllowed} />
        <div className="actions">
          <Button type="submit" isPending={formState.isSubmitting}>
            {register.addButton}
          </Button>
          <ButtonLink to={`/o/${orgId}/persons`} look="secondary">
            {app.cancel}
          </ButtonLink>
        </div>
      </form>
    </Page>
  );
}
