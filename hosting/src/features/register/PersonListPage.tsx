/** The register: search, a page of persons, and the ways to add more. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
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
import { useListView, type ListView } from './listView.ts';
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

type Found = Output<'listDataSubjects'> & { readonly of: Pick<ListView, 'search' | 'includeProtected'> };

/** A page of the register as the reader has it in view, and what it was asked `of`: the last one stays until the next is there. */
function usePersons(orgId: string) {
  const [{ search, tokens, includeProtected }] = useListView(orgId);
  const pageToken = tokens.at(-1);
  return useQuery({
    queryKey: ['persons', orgId, search, pageToken, includeProtected],
    queryFn: async (): Promise<Found> => ({
      ...(await call('listDataSubjects', {
        orgId,
        pageSize,
        ...(search === '' ? {} : { search }),
        ...(pageToken === undefined ? {} : { pageToken }),
        ...(includeProtected ? { includeProtected } : {}),
      })),
      of: { search, includeProtected },
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
  const { data, isPlaceholderData: isStale } = persons;
  // Between pages the last one stays; what another search found is no answer to this one, and is not to be selected.
  const isOther = data !== undefined && (data.of.search !== search || data.of.includeProtected !== includeProtected);
  const shown = persons.isError || isOther ? undefined : data;
  const isEmpty = data?.totalCount === 0 && search === '' && !includeProtected;
  const heading =
    data === undefined ? undefined : data.totalCount === 1 ? register.countOne : register.count(formatNumber(locale, data.totalCount));
  const ids = isStale || persons.isPending ? null : (shown?.items.map(({ dataSubjectId }) => dataSubjectId) ?? []);
  return (
    <Page title={register.title} {...(heading === undefined || isEmpty ? {} : { intro: heading })} actions={<WaysToAdd />}>
      {!isEmpty && <SearchBox search={search} onSearch={(next) => show({ search: next, tokens: [] })} />}
      <RegisterTools isEmpty={isEmpty} pageIds={ids} />
      {(persons.isPending || isStale) && <Loading label={app.loading} />}
      {persons.isError && <ReadingFailure error={persons.error} onRetry={() => void persons.refetch()} />}
      {shown !== undefined && <Result data={shown} isEmpty={isEmpty} isStale={isStale} />}
      {shown !== undefined && (
        <Pager
          number={tokens.length + 1}
          isPending={isStale}
          {...(tokens.length === 0 || isStale ? {} : { onPrevious: () => show({ tokens: tokens.slice(0, -1) }) })}
          {...(shown.nextPageToken === null || isStale ? {} : { onNext: () => show({ tokens: [...tokens, shown.nextPageToken ?? ''] }) })}
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

type PagerProps = {
  readonly number: number;
  /** Another page is on its way. */
  readonly isPending: boolean;
  readonly onPrevious?: () => void;
  readonly onNext?: () => void;
};

function Pager({ number, isPending, onPrevious, onNext }: PagerProps) {
  const { locale, text } = useLanguage();
  const previous = useRef<HTMLButtonElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  const isFirst = onPrevious === undefined;
  const isLast = onNext === undefined;
  const isPressed = useRef(false);
  useEffect(() => {
    if (isPending || !isPressed.current) return;
    isPressed.current = false;
    // A button that led to the end can be pressed no more, and loses focus: to the one that leads back.
    const { activeElement, body } = document;
    const isElsewhere = activeElement !== body && activeElement !== previous.current && activeElement !== next.current;
    if ((isFirst || isLast) && !isElsewhere) (isFirst ? next : previous).current?.focus();
  }, [isFirst, isLast, isPending, number]);
  const press = (turn: (() => void) | undefined) => {
    if (turn === undefined) return;
    isPressed.current = true;
    turn();
  };
  if (isFirst && isLast && !isPending) return null;
  return (
    <nav className="pager" aria-label={text.register.pages}>
      <Button variant="secondary" isDisabled={isFirst && !isPending} isPending={isPending} onPress={() => press(onPrevious)} ref={previous}>
        {text.register.previous}
      </Button>
      <span role="status">{text.register.page(formatNumber(locale, number))}</span>
      <Button variant="secondary" isDisabled={isLast && !isPending} isPending={isPending} onPress={() => press(onNext)} ref={next}>
        {text.register.next}
      </Button>
    </nav>
  );
}
