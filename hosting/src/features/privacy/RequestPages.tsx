/** Asking for what takes two persons: a mass erasure of the persons selected in the register, an export of all of it. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { approvalRules } from '../../../../functions/src/privacy/approvals/contract.ts';
import { erasureReasons, type ErasureReason } from '../../../../functions/src/privacy/contract.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { useChange } from '../../app/useChange.ts';
import { workIsSent } from '../../app/unsavedWork.ts';
import { useNavigate } from '../../app/useNavigate.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Select } from '../../ui/Select.tsx';
import { leaveNotice } from '../orgs/notice.ts';
import { useListView } from '../register/listView.ts';

/** The page that asks for a mass erasure. */
export function RequestErasurePage() {
  return (
    <Requires permission="privacy.massErase">
      <RequestErasure />
    </Requires>
  );
}

/** The page that asks for an export of the register. */
export function RequestExportPage() {
  return (
    <Requires permission="privacy.exportRegister">
      <RequestExport />
    </Requires>
  );
}

/** To the list of requests, with a word there. */
function useRequested(orgId: string) {
  const { approvals } = useLanguage().text;
  const navigate = useNavigate();
  const queries = useQueryClient();
  return async () => {
    workIsSent();
    await queries.invalidateQueries({ queryKey: ['approvals', orgId] });
    leaveNotice(approvals.requested);
    await navigate(`/o/${orgId}/approvals`, { replace: true });
  };
}

function RequestErasure() {
  const { locale, text } = useLanguage();
  const { app, approvals, privacy, register } = text;
  const { orgId } = useMembership();
  const [{ selected }, show] = useListView(orgId);
  const ids = selected ?? [];
  const [reason, setReason] = useState<ErasureReason | ''>('');
  const [isTried, setIsTried] = useState(false);
  const requested = useRequested(orgId);
  const ask = useChange(async (given: ErasureReason) => {
    await call('requestMassErasure', { orgId, dataSubjectIds: [...ids], reason: given });
    await requested();
    show({ selected: null });
  }, []);
  if (ids.length < approvalRules.leastPersons) {
    return (
      <Page title={approvals.requestErasureTitle}>
        <EmptyState icon="people" title={approvals.selected(formatNumber(locale, ids.length))} text={approvals.selectFew}>
          <ButtonLink to={`/o/${orgId}/persons`}>{register.title}</ButtonLink>
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title={approvals.requestErasureTitle} intro={approvals.requestErasureText(formatNumber(locale, ids.length))}>
      <form
        className="form card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setIsTried(true);
          if (reason !== '') ask.mutate(reason);
        }}
      >
        {ask.isError && <ErrorPanel error={ask.error} />}
        <Select
          label={privacy.reason}
          value={reason}
          error={isTried && reason === '' ? app.required : undefined}
          options={[
            { value: '', label: privacy.reasonChoose },
            ...erasureReasons.map((value) => ({ value, label: privacy.reasons[value] })),
          ]}
          // The options are exactly the reasons and the empty choice.
          onChange={(value) => setReason(value as ErasureReason | '')}
        />
        <Buttons isPending={ask.isPending} />
      </form>
    </Page>
  );
}

function RequestExport() {
  const { approvals } = useLanguage().text;
  const { orgId } = useMembership();
  const [includeProtected, setIncludeProtected] = useState(false);
  const requested = useRequested(orgId);
  const ask = useChange(async () => {
    await call('requestRegisterExport', { orgId, includeProtected });
    await requested();
  }, []);
  return (
    <Page title={approvals.requestExportTitle} intro={approvals.requestExportText}>
      <form
        className="form card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate(undefined);
        }}
      >
        {ask.isError && <ErrorPanel error={ask.error} />}
        <Checkbox label={approvals.includeProtected} isChecked={includeProtected} onChange={setIncludeProtected} />
        <Buttons isPending={ask.isPending} />
      </form>
    </Page>
  );
}

function Buttons({ isPending }: { readonly isPending: boolean }) {
  const { app, approvals } = useLanguage().text;
  const { orgId } = useMembership();
  return (
    <div className="actions">
      <Button type="submit" isPending={isPending}>
        {approvals.request}
      </Button>
      <ButtonLink to={`/o/${orgId}/persons`} look="secondary">
        {app.cancel}
      </ButtonLink>
    </div>
  );
}
