/** Rectification: loads the person, shows what is protected only on request, then the form. */
import { useRef } from 'react';
import { useParams } from 'react-router';
import type { PersonFields } from '../../../../functions/src/register/fields.ts';
import type { Person } from '../../../../functions/src/register/contract.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Page } from '../../app/Page.tsx';
import { useText } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { EditPersonForm } from './EditPersonForm.tsx';
import { usePerson } from './person.ts';
import { useReveal } from './useReveal.ts';

/** The page that corrects a person. //= GDPR Art. 16 */
export function EditPersonPage() {
  const { register } = useText();
  return (
    <Requires permission="register.write">
      <Page title={register.editTitle} intro={register.editIntro}>
        <LoadedPerson />
      </Page>
    </Requires>
  );
}

function LoadedPerson() {
  const { app, register } = useText();
  const { orgId } = useMembership();
  const { dataSubjectId = '' } = useParams();
  const person = usePerson(orgId, dataSubjectId);
  if (person.isPending) return <Loading label={app.loading} />;
  if (person.data === undefined) return <ErrorPanel error={person.error} onRetry={() => void person.refetch()} />;
  if (person.data.state === 'erasing') return <Banner kind="important">{register.erasingNotice}</Banner>;
  const isHidden = person.data.hiddenFields.some((name) => name !== 'personalIdentityNumber');
  return isHidden ? (
    <RevealFirst person={person.data} orgId={orgId} />
  ) : (
    <EditPersonForm person={person.data} orgId={orgId} fields={person.data.fields} />
  );
}

function RevealFirst({ person, orgId }: { readonly person: Person; readonly orgId: string }) {
  const { register } = useText();
  const { revealed, request } = useReveal(orgId, person.dataSubjectId);
  // The form keeps the values while it is open: hiding them under the reader's hands would lose work.
  const opened = useRef<PersonFields | null>(null);
  if (revealed !== null) opened.current = revealed;
  if (opened.current !== null) return <EditPersonForm person={person} orgId={orgId} fields={opened.current} />;
  return (
    <>
      {request.isError && <ErrorPanel error={request.error} />}
      <Banner kind="info">
        <p>{register.revealToEdit}</p>
        <Button
          variant="secondary"
          isPending={request.isPending}
          onPress={() => request.mutate(person.hiddenFields.filter((name) => name !== 'personalIdentityNumber'))}
        >
          {register.revealAll}
        </Button>
      </Banner>
    </>
  );
}
