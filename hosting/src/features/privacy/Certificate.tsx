/** The certificate of a finished erasure, to read, to print and to keep. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { call } from '../../api/call.ts';
import { saveFile } from '../../api/files.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { formatExact } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { useMembers } from '../orgs/data.ts';
import { writtenOrganisationNumber } from '../orgs/organisationNumber.ts';
import { CopyTable, CountTable } from './ErasurePreviewCards.tsx';

/** The certificate of one erasure job. */
export function Certificate({ orgId, jobId }: { readonly orgId: string; readonly jobId: string }) {
  const { locale, text } = useLanguage();
  const { app, privacy } = text;
  const { name } = useMembership();
  const members = useMembers(orgId);
  const banner = useRef<HTMLDivElement>(null);
  const signed = useQuery({ queryKey: ['certificate', orgId, jobId], queryFn: () => call('getErasureCertificate', { orgId, jobId }) });
  useEffect(() => banner.current?.focus(), [signed.isSuccess]);
  const queries = useQueryClient();
  const erased = signed.data?.certificate.dataSubjectId;
  useEffect(() => {
    if (erased === undefined) return;
    // Neither Back nor the list is to show what is no more.
    queries.removeQueries({ queryKey: ['person', orgId, erased] });
    void queries.invalidateQueries({ queryKey: ['persons', orgId] });
  }, [erased, orgId, queries]);
  if (signed.isPending) return <Loading label={app.loading} />;
  if (signed.data === undefined) return <ErrorPanel error={signed.error} onRetry={() => void signed.refetch()} />;
  const { jws, certificate } = signed.data;
  const at = (instant: string) => formatExact(locale, new Date(instant));
  const requester = members.data?.find(({ accountId }) => accountId === certificate.requestedBy)?.displayName ?? certificate.requestedBy;
  const save = () =>
    saveFile(privacy.certificateFile, new Blob([JSON.stringify({ jws, certificate }, null, 2)], { type: 'application/json' }));
  return (
    <>
      <Banner kind="success" role="status" ref={banner}>
        {privacy.certificateDone}
      </Banner>
      <Card title={privacy.certificateTitle}>
        <Facts
          items={[
            { name: text.orgs.name, value: name },
            { name: privacy.certificateOf, value: writtenOrganisationNumber(certificate.organisationNumber) },
            { name: privacy.certificateSubject, value: <code>{certificate.dataSubjectId}</code> },
            { name: privacy.certificateReason, value: privacy.reasons[certificate.reason] },
            { name: privacy.certificateRequested, value: at(certificate.requestedAt) },
            { name: privacy.certificateBy, value: requester },
            { name: privacy.certificateKey, value: at(certificate.keyDestroyedAt) },
            { name: privacy.certificateCompleted, value: at(certificate.completedAt) },
          ]}
        />
        <h3>{privacy.certificateErased}</h3>
        <CountTable label={privacy.certificateErased} items={certificate.erased} />
        <h3>{privacy.copiesTitle}</h3>
        <CopyTable copies={certificate.copies} />
        <p className="field-hint">{privacy.certificateVerify}</p>
        <div className="actions no-print">
          <Button onPress={save}>{privacy.certificateDownload}</Button>
          <Button variant="secondary" onPress={() => window.print()}>
            {app.print}
          </Button>
        </div>
      </Card>
    </>
  );
}
