/** A finished extract: until when it can be fetched, how, and how to verify it. */
import { useMutation } from '@tanstack/react-query';
import type { Timestamp } from 'firebase/firestore';
import { useEffect, useRef } from 'react';
import * as z from 'zod/mini';
import { fetchExtract, saveFile } from '../../api/files.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useSecondsLeft } from '../../app/useSecondsLeft.ts';
import { formatDateTime, formatSize } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';

// An instant in Firestore is the SDK's own class; null once the extract has been removed.
const resultSchema = z.object({
  expiresAt: z.custom<Timestamp>((value) => typeof value === 'object' && value !== null && 'toDate' in value),
  sizeBytes: z.number(),
});

type ReadyExtractProps = { readonly orgId: string; readonly jobId: string; readonly result: unknown; readonly onAgain: () => void };

/** The download and the instructions. */
export function ReadyExtract({ orgId, jobId, result, onAgain }: ReadyExtractProps) {
  const { locale, text } = useLanguage();
  const { privacy } = text;
  const banner = useRef<HTMLDivElement>(null);
  useEffect(() => banner.current?.focus(), []);
  const parsed = z.safeParse(resultSchema, result);
  const expiresAt = parsed.success ? parsed.data.expiresAt.toDate() : null;
  const secondsLeft = useSecondsLeft(expiresAt?.getTime() ?? null);
  const download = useMutation({
    mutationFn: () => fetchExtract(orgId, jobId),
    gcTime: 0,
    onSuccess: (zip) => saveFile(privacy.extractFile, zip),
  });
  if (expiresAt === null || secondsLeft === 0) {
    return (
      <Banner kind="important" role="status" title={privacy.extractExpiredTitle}>
        <p>{privacy.extractExpiredText}</p>
        <Button onPress={onAgain}>{privacy.extractAgain}</Button>
      </Banner>
    );
  }
  return (
    <>
      <Banner kind="success" role="status" title={privacy.extractReady} ref={banner}>
        <p>
          {parsed.success && `${formatSize(locale, parsed.data.sizeBytes)}. `}
          {privacy.extractExpires(formatDateTime(locale, expiresAt))}
        </p>
      </Banner>
      {download.isError && <ErrorPanel error={download.error} />}
      {download.isSuccess && (
        <Banner kind="info" role="status">
          {privacy.extractDownloaded}
        </Banner>
      )}
      <div className="actions">
        <Button isPending={download.isPending} onPress={() => download.mutate()}>
          {privacy.extractDownload}
        </Button>
        <Button variant="secondary" onPress={onAgain}>
          {privacy.extractAgain}
        </Button>
      </div>
      <Card title={privacy.extractVerifyTitle}>
        <p>{privacy.extractVerify}</p>
        <pre className="command">
          <code>{`npm run verify -- ${privacy.extractFile}`}</code>
        </pre>
      </Card>
    </>
  );
}
