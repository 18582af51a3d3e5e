/** The organisation's own identity provider: what to tell it, what Valv needs to know of it, and the way back to none. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import * as z from 'zod/mini';
import { identityProviderCallables } from '../../../../functions/src/orgs/identityProvider/contract.ts';
import { call } from '../../api/call.ts';
import { copyText } from '../../api/clipboard.ts';
import type { Output } from '../../api/callables.ts';
import { Confirm } from '../../app/Confirm.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../app/formFields.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Said } from '../../app/Said.tsx';
import { useChange } from '../../app/useChange.ts';
import { useText } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Loading } from '../../ui/Loading.tsx';

type Shown = Output<'getIdentityProvider'>;
type ProviderForm = { issuer: string; clientId: string; clientSecret: string; allowedDomains: string };

const { shape } = identityProviderCallables.setIdentityProvider.input;
/** Domains as people write them: in a row, on lines, with the @ of an address. */
const domainsOf = (typed: string): string[] =>
  typed
    .split(/[\s,;]+/)
    .map((domain) => domain.replace(/^@/, ''))
    .filter((domain) => domain !== '');

/** What a change of the provider makes old. */
const refreshesOf = (orgId: string) => [
  ['identityProvider', orgId],
  ['organisation', orgId],
];

/** The card; for whoever manages the organisation. Only owners change the provider. */
export function IdentityProviderCard() {
  const { app, identityProvider: words } = useText();
  const { orgId } = useMembership();
  const can = useCan();
  const [said, setSaid] = useState<string | null>(null);
  const shown = useQuery({ queryKey: ['identityProvider', orgId], queryFn: () => call('getIdentityProvider', { orgId }) });
  return (
    <Card title={words.title}>
      <p className="field-hint">{words.intro}</p>
      <Said words={said} />
      {shown.isPending && <Loading label={app.loading} />}
      {shown.isError && shown.data === undefined && <ErrorPanel error={shown.error} onRetry={() => void shown.refetch()} />}
      {shown.data !== undefined && (
        <>
          <Addresses shown={shown.data} />
          {can('orgs.identityProvider').isAllowed ? (
            <ProviderFields key={JSON.stringify(shown.data.provider)} provider={shown.data.provider} onSaid={setSaid} />
          ) : (
            <p className="field-hint">{words.ownerOnly}</p>
          )}
        </>
      )}
    </Card>
  );
}

function Addresses({ shown }: { readonly shown: Shown }) {
  const { app, identityProvider: words } = useText();
  const [copied, setCopied] = useState<{ readonly address: string; readonly isDone: boolean } | null>(null);
  const { provider, redirectUri, signInUrl } = shown;
  const copyable = (name: string, address: string) => ({
    name,
    value: (
      <span className="copyable">
        <code>{address}</code>
        <Button
          variant="secondary"
          label={words.copyOf(name)}
          onPress={() => void copyText(address).then((isDone) => setCopied({ address, isDone }))}
        >
          {app.copy}
        </Button>
        <span role="status" className="field-hint">
          {copied?.address === address && (copied.isDone ? words.copied : words.notCopied)}
        </span>
      </span>
    ),
  });
  return (
    <>
      <p>{provider === null ? words.none : words.isSet}</p>
      <Facts items={[copyable(words.redirectUri, redirectUri), ...(provider === null ? [] : [copyable(words.signInUrl, signInUrl)])]} />
    </>
  );
}

type FieldsProps = { readonly provider: Shown['provider']; readonly onSaid: (words: string | null) => void };

function ProviderFields({ provider, onSaid }: FieldsProps) {
  const { app, identityProvider: words } = useText();
  const { orgId } = useMembership();
  const [error, setFailure] = useState<unknown>(null);
  const { control, handleSubmit, setError, formState } = useForm<ProviderForm>({
    defaultValues: {
      issuer: provider?.issuer ?? '',
      clientId: provider?.clientId ?? '',
      clientSecret: '',
      allowedDomains: provider?.allowedDomains.join(', ') ?? '',
    },
  });
  const change = useChange(
    ({ issuer, clientId, clientSecret, allowedDomains }: ProviderForm) =>
      call('setIdentityProvider', {
        orgId,
        issuer: issuer.trim(),
        clientId: clientId.trim(),
        clientSecret: clientSecret.trim(),
        allowedDomains: domainsOf(allowedDomains),
      }),
    refreshesOf(orgId),
    () => onSaid(words.saved),
  );
  const save = handleSubmit(async (form) => {
    onSaid(null);
    setFailure(null);
    const beside = { issuer: words.issuerInvalid, allowedDomains: words.allowedDomainsInvalid };
    await change.mutateAsync(form).catch((thrown: unknown) => {
      if (!showBesideField(thrown, setError, beside)) setFailure(thrown);
    });
  });
  const plain = (name: 'issuer' | 'clientId' | 'clientSecret', wrong: string) => ({
    validate: (typed: string) => z.safeParse(shape[name], typed.trim()).success || wrong,
  });
  const domains = {
    validate: (typed: string) => z.safeParse(shape.allowedDomains, domainsOf(typed)).success || words.allowedDomainsInvalid,
  };
  return (
    <>
      {error !== null && <ErrorPanel error={error} />}
      <form className="form" noValidate onSubmit={(event) => void save(event)}>
        <FormText
          {...{ control, isRequired: true }}
          name="issuer"
          label={words.issuer}
          hint={words.issuerHint}
          rules={plain('issuer', words.issuerInvalid)}
        />
        <FormText
          {...{ control, isRequired: true }}
          name="clientId"
          label={words.clientId}
          rules={plain('clientId', words.clientIdInvalid)}
        />
        <FormText
          {...{ control, isRequired: true }}
          name="clientSecret"
          type="password"
          autoComplete="new-password"
          label={words.clientSecret}
          hint={words.clientSecretHint}
          rules={plain('clientSecret', words.clientSecretInvalid)}
        />
        <FormText
          {...{ control, isRequired: true }}
          name="allowedDomains"
          label={words.allowedDomains}
          hint={words.allowedDomainsHint}
          rules={domains}
        />
        <div className="actions">
          <Button type="submit" isPending={formState.isSubmitting}>
            {app.save}
          </Button>
          {provider !== null && <RemoveButton onSaid={onSaid} />}
        </div>
      </form>
    </>
  );
}

function RemoveButton({ onSaid }: Pick<FieldsProps, 'onSaid'>) {
  const { identityProvider: words } = useText();
  const { orgId } = useMembership();
  const [isAsked, setIsAsked] = useState(false);
  const remove = useChange(
    () => call('removeIdentityProvider', { orgId }),
    refreshesOf(orgId),
    () => onSaid(words.removed),
  );
  return (
    <>
      <Button variant="secondary" onPress={() => setIsAsked(true)}>
        {words.remove}
      </Button>
      <Confirm
        title={words.removeAsk}
        isOpen={isAsked}
        action={words.remove}
        isDanger
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() => {
          onSaid(null);
          remove.mutate(undefined);
        }}
        onClose={() => setIsAsked(false)}
      >
        <p>{words.removeText}</p>
      </Confirm>
    </>
  );
}
