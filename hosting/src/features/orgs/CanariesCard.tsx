/** Decoy persons (canaries): made-up persons in the register whose reading sets off an alarm. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import type { Output } from '../../api/callables.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Said } from '../../app/Said.tsx';
import { useChange } from '../../app/useChange.ts';
import { formatDateTime } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { TextField } from '../../ui/TextField.tsx';

type Canary = Output<'listCanaries'>['canaries'][number];

/** The card of the settings; owners and administrators only. */
export function CanariesCard() {
  const { app, settings } = useLanguage().text;
  const { orgId } = useMembership();
  const [said, setSaid] = useState<string | null>(null);
  const canaries = useQuery({
    queryKey: ['canaries', orgId],
    queryFn: async () => (await call('listCanaries', { orgId })).canaries,
    staleTime: 600_000,
  });
  return (
    <Card title={settings.canariesTitle}>
      <p className="field-hint">{settings.canariesIntro}</p>
      <Said words={said} />
      {canaries.isPending && <Loading label={app.loading} />}
      {canaries.isError && <ErrorPanel error={canaries.error} onRetry={() => void canaries.refetch()} />}
      {canaries.data?.length === 0 && <p>{settings.canaryNone}</p>}
      {canaries.data !== undefined && canaries.data.length > 0 && (
        <ul className="entries">
          {canaries.data.map((canary) => (
            <CanaryEntry key={canary.dataSubjectId} canary={canary} onSaid={setSaid} />
          ))}
        </ul>
      )}
      {canaries.data !== undefined && <PlantCanary onSaid={setSaid} />}
    </Card>
  );
}

type Saying = { readonly onSaid: (words: string | null) => void };

function CanaryEntry({ canary, onSaid }: Saying & { readonly canary: Canary }) {
  const { locale, text } = useLanguage();
  const { settings } = text;
  const { orgId } = useMembership();
  const { dataSubjectId, name, createdAt } = canary;
  const remove = useChange(
    () => call('removeCanary', { orgId, dataSubjectId }),
    [['canaries', orgId]],
    () => onSaid(settings.canaryRemoved),
  );
  return (
    <li className="entry">
      <div className="entry-head">
        <h3>{name ?? settings.canaryGone}</h3>
        <span className="entry-note">{settings.canarySince(formatDateTime(locale, new Date(createdAt)))}</span>
        <Button
          variant="secondary"
          label={settings.canaryRemoveOf(name ?? dataSubjectId.slice(0, 6))}
          isPending={remove.isPending}
          onPress={() => {
            onSaid(null);
            remove.mutate(undefined);
          }}
        >
          {settings.canaryRemove}
        </Button>
      </div>
      {remove.isError && <ErrorPanel error={remove.error} />}
    </li>
  );
}

function PlantCanary({ onSaid }: Saying) {
  const { identity, settings } = useLanguage().text;
  const { orgId } = useMembership();
  const [email, setEmail] = useState('');
  const [isTried, setIsTried] = useState(false);
  const typed = email.trim();
  const isWrong = typed !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(typed);
  const plant = useChange(
    () => call('plantCanary', { orgId, ...(typed === '' ? {} : { email: typed }) }),
    [
      ['canaries', orgId],
      ['persons', orgId],
    ],
    () => {
      setEmail('');
      setIsTried(false);
      onSaid(settings.canaryPlanted);
    },
  );
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSaid(null);
        setIsTried(true);
        if (!isWrong) plant.mutate(undefined);
      }}
    >
      {plant.isError && <ErrorPanel error={plant.error} />}
      <TextField
        label={settings.canaryEmail}
        hint={settings.canaryEmailHint}
        value={email}
        onChange={setEmail}
        type="email"
        error={isTried && isWrong ? identity.invalidEmail : undefined}
      />
      <div className="actions">
        <Button type="submit" variant="secondary" isPending={plant.isPending}>
          {settings.canaryPlant}
        </Button>
      </div>
    </form>
  );
}
