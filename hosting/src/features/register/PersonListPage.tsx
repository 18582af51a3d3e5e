/** The register: search, a page of persons, and the ways to add more. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import type { Output } from '../../api/callables.ts';
import { GatedLink } from '../../app/links.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { ReadingFailure } from './BudgetPanel.tsx';
import { useListView } from './listView.ts';
import { PersonTable } from './PersonTable.tsx';
import { RegisterTools } from './RegisterTools.tsx';
import { SearchBox } from './SearchBox.tsx';

const pageSize = 50;

/** The page of the register. */
export function PersonListPage() {
  return (
    <Requires permission="register.read">
      <Register />
    </Requires>
  );
}

/** A page of the register as the reader has it in view. */
function usePersons(orgId: string) {
  const [{ search, tokens, includeProtected }] = useListView(orgId);
  const pageToken = tokens.at(-1);
  return useQuery({
    queryKey: ['persons', orgId, search, pageToken, includeProtected],
    queryFn: () =>
      call('listDataSubjects', {
        orgId,
        pageSize,
        ...(search === '' ? {} : { search }),
        ...(pageToken === undefined ? {} : { pageToken }),
        ...(includeProtected ? { includeProtected } : {}),
      }),
    placeholderData: keepPreviousData,
  });
}

function Register() {
  const { locale, text } = useLanguage();
  const { app, register } = text;
  const { orgId } = useMembership();
  const [{ search, tokens, includeProtected }, show] = useListView(orgId);
  const persons = usePersons(orgId);
  const { data } = persons;
  const isEmpty = data?.totalCount === 0 && search === '' && !includeProtected;
  const heading =
    data === undefined ? undefined : data.totalCount === 1 ? register.countOne : register.count(formatNumber(locale, data.totalCount));
  const ids = data?.items.map(({ dataSubjectId }) => dataSubjectId) ?? [];
  return (
    <Page title={register.title} {...(heading === undefined || isEmpty ? {} : { intro: heading })} actions={<WaysToAdd />}>
      {!isEmpty && <SearchBox search={search} onSearch={(next) => show({ search: next, tokens: [] })} />}
      <RegisterTools isEmpty={isEmpty} pageIds={ids} />
      {persons.isPending && <Loading label={app.loading} />}
      {persons.isError && <ReadingFailure error={persons.error} onRetry={() => void persons.refetch()} />}
      {data !== undefined && !persons.isError && <Result data={data} isEmpty={isEmpty} isStale={persons.isPlaceholderData} />}
      {data !== undefined && !persons.isError && (
        <Pager
          number={tokens.length + 1}
          {...(tokens.length === 0 ? {} : { onPrevious: () => show({ tokens: tokens.slice(0, -1) }) })}
          {...(data.nextPageToken === null || persons.isPlaceholderData
            ? {}
            : { onNext: () => show({ tokens: [...tokens, data.nextPageToken ?? ''] }) })}
        />
      )}
    </Page>
  );
}

function WaysToAdd() {
  const { register } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  return (
    <>
      <GatedLink capability={can('register.import')} to={`/o/${orgId}/import`}>
        {register.import}
      </GatedLink>
      <GatedLink capability={can('register.write')} to={`/o/${orgId}/persons/new`} look="primary">
        {register.add}
      </GatedLink>
    </>
  );
}

function Result({
  data,
  isEmpty,
  isStale,
}: {
  readonly data: Output<'listDataSubjects'>;
  readonly isEmpty: boolean;
  readonly isStale: boolean;
}) {
  const { register } = useLanguage().text;
  const can = useCan();
  const emptyText = can('register.write').isAllowed ? register.emptyText : register.emptyTextReader;
  const hits = register.hits(data.items.length);
  return (
    <>
      <p role="status" className={data.searchedBy === null ? 'visually-hidden' : 'result-count'}>
        {data.searchedBy !== null && !isStale && register.searchedBy[data.searchedBy](hits)}
      </p>
      {isEmpty && <EmptyState icon="people" title={register.emptyTitle} text={emptyText} />}
      {!isEmpty && data.items.length === 0 && <EmptyState icon="search" title={register.noHitsTitle} text={register.noHitsText} />}
      {data.items.length > 0 && <PersonTable persons={data.items} maskedFields={data.maskedFields} />}
    </>
  );
}

function Pager({
  number,
  onPrevious,
  onNext,
}: {
  readonly number: number;
  readonly onPrevious?: () => void;
  readonly onNext?: () => void;
}) {
  const { locale, text } = useLanguage();
  if (onPrevious === undefined && onNext === undefined) return null;
  return (
    <nav className="pager" aria-label={text.register.pages}>
      <Button variant="secondary" isDisabled={onPrevious === undefined} onPress={() => onPrevious?.()}>
        {text.register.previous}
      </Button>
      <span role="status">{text.register.page(formatNumber(locale, number))}</span>
      <Button variant="secondary" isDisabled={onNext === undefined} onPress={() => onNext?.()}>
        {text.register.next}
      </Button>
    </nav>
  );
}
