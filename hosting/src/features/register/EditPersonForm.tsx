/** The form of a correction: sends only what changed, and survives that somebody else was quicker. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { Person } from '../../../../functions/src/register/contract.ts';
import type { FieldName, PersonFields } from '../../../../functions/src/register/fields.ts';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { showBesideField } from '../../app/formFields.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useCan } from '../../app/organisation.tsx';
import { workIsSent } from '../../app/unsavedWork.ts';
import { isConflict } from '../../app/useChange.ts';
import { useNavigate } from '../../app/useNavigate.ts';
import { useText } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConflictNotice } from './ConflictNotice.tsx';
import { leaveNotice } from './notice.ts';
import { changesOf, fieldProblems, formOf, type PersonForm } from './person.ts';
import { PersonFieldInputs } from './PersonFieldInputs.tsx';

type EditPersonFormProps = { readonly person: Person; readonly orgId: string; readonly fields: PersonFields };
type Outcome = { readonly kind: 'nothing' } | { readonly kind: 'failed'; readonly error: unknown };
type Conflict = { readonly newest: Person; readonly mine: Partial<Record<FieldName, string | null>> };

/** The form over one version of a person. */
export function EditPersonForm({ person, orgId, fields }: EditPersonFormProps) {
  const text = useText();
  const { app, errors, register } = text;
  const can = useCan();
  const navigate = useNavigate();
  const queries = useQueryClient();
  // The version and values that the form began with; a conflict moves only the version.
  const [began] = useState(fields);
  const [before] = useState(() => formOf(fields, person.isProtected));
  const [version, setVersion] = useState(person.version);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const { control, handleSubmit, setError, formState } = useForm<PersonForm>({ defaultValues: before });
  const { dataSubjectId } = person;
  const back = `/o/${orgId}/persons/${dataSubjectId}`;

  const refuse = async (error: unknown, mine: Conflict['mine']) => {
    if (isConflict(error)) {
      const newest = await call('getDataSubject', { orgId, dataSubjectId });
      setVersion(newest.version);
      return setConflict({ newest, mine });
    }
    const isAboutNumber =
      error instanceof ApiError && (error.code === 'register/number-exists' || error.code === 'orgs/identity-number-ground-missing');
    if (isAboutNumber) return setError('personalIdentityNumber', { message: errors[error.code] }, { shouldFocus: true });
    if (!showBesideField(error, setError, fieldProblems(text))) setOutcome({ kind: 'failed', error });
  };
  const save = handleSubmit(async (form) => {
    setOutcome(null);
    setConflict(null);
    const changes = changesOf(form, before);
    const isProtectedChanged = form.isProtected !== before.isProtected;
    if (Object.keys(changes).length === 0 && !isProtectedChanged) return setOutcome({ kind: 'nothing' });
    try {
      await call('correctDataSubject', {
        orgId,
        dataSubjectId,
        version,
        changes,
        ...(isProtectedChanged ? { isProtected: form.isProtected } : {}),
      });
      workIsSent();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['person', orgId, dataSubjectId] }),
        queries.invalidateQueries({ queryKey: ['persons', orgId] }),
      ]);
      leaveNotice('saved');
      await navigate(back, { replace: true });
    } catch (error) {
      await refuse(error, changes).catch((other: unknown) => setOutcome({ kind: 'failed', error: other }));
    }
  });
  const storedNumber =
    person.fields.personalIdentityNumber ?? (person.hiddenFields.includes('personalIdentityNumber') ? register.masked : null);
  return (
    <>
      {outcome?.kind === 'nothing' && (
        <Banner kind="info" role="status">
          {register.noChanges}
        </Banner>
      )}
      {outcome?.kind === 'failed' && <ErrorPanel error={outcome.error} />}
      {conflict !== null && <ConflictNotice newest={conflict.newest} began={began} mine={conflict.mine} />}
      <form onSubmit={(event) => void save(event)} noValidate className="form card">
        <PersonFieldInputs control={control} storedNumber={storedNumber} mayProtect={can('register.readProtected').isAllowed} />
        <div className="actions">
          <Button type="submit" isPending={formState.isSubmitting}>
            {conflict === null ? app.save : register.saveOnTop}
          </Button>
          <ButtonLink to={back} look="secondary">
            {conflict === null ? app.cancel : register.discard}
          </ButtonLink>
        </div>
      </form>
    </>
  );
}
