/** The ways to sign in, how strong each is, adding and removing them. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../api/call.ts';
import { Confirm } from '../../../app/Confirm.tsx';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { Said } from '../../../app/Said.tsx';
import { useChange } from '../../../app/useChange.ts';
import { formatDateTime } from '../../../i18n/format.ts';
import { useLanguage } from '../../../i18n/language.tsx';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';
import { Entries } from '../../../ui/Entries.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import { hasReturnedHere } from '../bankId/returning.ts';
import { StrengthTag } from '../StrengthTag.tsx';
import { AddFactor, type Adding } from './AddFactor.tsx';
import { factorName, factorsQuery, type Factor } from './factors.ts';

/** What has no button to remove it: the password is changed instead, the e-mail address belongs to the account. */
const isRemovable = ({ kind }: Factor): boolean => kind !== 'password' && kind !== 'emailCode';

/** Without one of these, who loses the mailbox or the password may find no way in again. */
const isWayBack = ({ kind }: Factor): boolean => kind === 'recoveryCodes' || kind === 'bankId' || kind === 'passkey';

/** The list and the buttons. */
export function FactorsCard() {
  const { text } = useLanguage();
  const { app, ownAccount } = text;
  const queries = useQueryClient();
  const factors = useQuery(factorsQuery);
  const [adding, setAdding] = useState<Adding | null>(() => (hasReturnedHere(window.location.hash, 'addFactor') ? 'bankIdHere' : null));
  const [said, setSaid] = useState<string | null>(null);
  const added = async (name: string) => {
    setAdding(null);
    // Confirming the new one may have made the session stronger. Said beside the new list, not beside the old one.
    await Promise.all(['factors', 'sessions', 'account'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    setSaid(ownAccount.addedNow(name));
  };
  return (
    <Card title={ownAccount.factorsTitle}>
      <p className="intro">{ownAccount.factorsIntro}</p>
      <Said words={said} />
      {factors.isPending && <Loading label={app.loading} />}
      {factors.isError && factors.data === undefined && <ErrorPanel error={factors.error} onRetry={() => void factors.refetch()} />}
      {factors.data !== undefined && (
        <>
          {!factors.data.factors.some(isWayBack) && <Banner kind="important">{ownAccount.noWayBack}</Banner>}
          <FactorList factors={factors.data.factors} onRemoved={(name) => setSaid(ownAccount.removed(name))} />
          <AddFactor
            factors={factors.data.factors}
            adding={adding}
            onChoose={(next) => {
              setSaid(null);
              setAdding(next);
            }}
            onAdded={(name) => void added(name)}
          />
        </>
      )}
    </Card>
  );
}

function FactorList({ factors, onRemoved }: { readonly factors: readonly Factor[]; readonly onRemoved: (name: string) => void }) {
  const { locale, text } = useLanguage();
  const { ownAccount } = text;
  const [leaving, setLeaving] = useState<Factor | null>(null);
  const remove = useChange(
    (factor: Factor) => call('removeFactor', { factorId: factor.factorId }),
    [['factors'], ['sessions']],
    (_answer, factor) => {
      setLeaving(null);
      onRemoved(factorName(text, factor));
    },
  );
  const name = leaving === null ? '' : factorName(text, leaving);
  return (
    <>
      <Entries
        label={ownAccount.factorsTitle}
        entries={factors.map((factor) => ({
          id: factor.factorId,
          title: factorName(text, factor),
          tag: <StrengthTag strength={factor.strength} />,
          facts: [
            { name: ownAccount.added, value: formatDateTime(locale, new Date(factor.createdAt)) },
            ...(factor.lastUsedAt === null
              ? []
              : [{ name: ownAccount.lastUsed, value: formatDateTime(locale, new Date(factor.lastUsedAt)) }]),
            ...(factor.remaining === null ? [] : [{ name: ownAccount.left, value: ownAccount.remaining(factor.remaining) }]),
          ],
          action: isRemovable(factor) && (
            <Button variant="secondary" label={ownAccount.removeOf(factorName(text, factor))} onPress={() => setLeaving(factor)}>
              {ownAccount.remove}
            </Button>
          ),
        }))}
      />
      <Confirm
        title={ownAccount.removeTitle(name)}
        isOpen={leaving !== null}
        action={ownAccount.remove}
        isDanger
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() => (leaving === null ? undefined : remove.mutate(leaving))}
        onClose={() => {
          setLeaving(null);
          remove.reset();
        }}
      >
        <p>{ownAccount.removeText}</p>
      </Confirm>
    </>
  );
}
