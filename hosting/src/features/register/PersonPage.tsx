/** One person: what is stored, masked until shown, and what can be done. */
import { Link, useParams } from 'react-router';
import type { Person } from '../../../../functions/src/register/contract.ts';
import { ApiError } from '../../api/apiError.ts';
import { GatedLink } from '../../app/links.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Page } from '../../app/Page.tsx';
import { Said } from '../../app/Said.tsx';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Card } from '../../ui/Card.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { ReadingFailure } from './BudgetPanel.tsx';
import { useNotice } from './notice.ts';
import { usePerson } from './person.ts';
import { PersonFacts } from './PersonFacts.tsx';
import { nameOf, ProtectedName } from './PersonTable.tsx';

/** The page of a person. */
export function PersonPage() {
  return (
    <Requires permission="register.read">
      <LoadedPerson />
    </Requires>
  );
}

function LoadedPerson() {
  const { app, register } = useLanguage().text;
  const { orgId } = useMembership();
  const { dataSubjectId = '' } = useParams();
  const person = usePerson(orgId, dataSubjectId);
  // What is left in the cache of somebody who is erased is shown no more.
  const isGone = person.error instanceof ApiError && person.error.code === 'shared/not-found';
  const data = isGone ? undefined : person.data;
  const heading = data === undefined ? undefined : data.isProtected ? <ProtectedName /> : nameOf(data.fields, register.unnamed);
  return (
    <Page
      title={register.personTitle}
      {...(heading === undefined ? {} : { heading })}
      {...(data === undefined ? {} : { actions: <PersonActions person={data} /> })}
    >
      {person.isPending && <Loading label={app.loading} />}
      {person.isError && <ReadingFailure error={person.error} onRetry={() => void person.refetch()} />}
      {data !== undefined && <PersonDetails person={data} />}
    </Page>
  );
}

function PersonActions({ person }: { readonly person: Person }) {
  const { register } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  if (person.state === 'erasing') return null;
  const base = `/o/${orgId}/persons/${person.dataSubjectId}`;
  return (
    <>
      <GatedLink capability={can('register.write')} to={`${base}/edit`}>
        {register.edit}
      </GatedLink>
      <GatedLink capability={can('privacy.extract')} to={`${base}/extract`}>
        {register.extract}
      </GatedLink>
      <GatedLink capability={can('privacy.erase')} to={`${base}/erase`} look="danger">
        {register.erase}
      </GatedLink>
    </>
  );
}

function PersonDetails({ person }: { readonly person: Person }) {
  const { locale, text } = useLanguage();
  const { register } = text;
  const { orgId } = useMembership();
  const can = useCan();
  const notice = useNotice();
  return (
    <>
      <Said words={notice === null ? null : register[notice]} />
      {person.state === 'erasing' && <Banner kind="important">{register.erasingNotice}</Banner>}
      {person.isProtected && <Banner kind="info">{register.protectedNotice}</Banner>}
      <PersonFacts person={person} orgId={orgId} reveal={can('register.reveal')} />
      <Card title={register.aboutTitle}>
        <Facts
          items={[
            { name: register.createdAt, value: formatDateTime(locale, new Date(person.createdAt)) },
            { name: register.updatedAt, value: formatDateTime(locale, new Date(person.updatedAt)) },
            { name: register.version, value: formatNumber(locale, person.version) },
          ]}
        />
        {can('audit.read').isAllowed && <Link to={`/o/${orgId}/persons/${person.dataSubjectId}/history`}>{register.whoHasSeen}</Link>}
      </Card>
    </>
  );
}
