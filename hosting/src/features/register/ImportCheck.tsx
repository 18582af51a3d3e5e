/** Step two: the dry run. Nothing is stored; the reader sees how the file is understood and what is wrong with it. */
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ColumnMapping, ImportPreview } from '../../../../functions/src/register/contract.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { ImportErrors, ImportSample } from './ImportFindings.tsx';
import { isMappedTwice, MappingTable } from './MappingTable.tsx';
import { ReadingFacts, type Reading } from './ReadingFacts.tsx';

type ImportCheckProps = {
  readonly orgId: string;
  readonly uploadId: string;
  readonly onStarted: (jobId: string) => void;
  readonly onOtherFile: () => void;
};

/** The dry run of an upload. */
export function ImportCheck({ orgId, uploadId, onStarted, onOtherFile }: ImportCheckProps) {
  const { text } = useLanguage();
  const { importing } = text;
  const [reading, setReading] = useState<Reading>({});
  const preview = useQuery({
    queryKey: ['importPreview', orgId, uploadId, reading],
    queryFn: () => call('previewImport', { orgId, uploadId, ...reading }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  if (preview.isPending) return <Loading label={importing.checking} />;
  return (
    <>
      {preview.isError && <ErrorPanel error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.isPlaceholderData && <Loading label={importing.checking} />}
      {preview.data !== undefined && (
        <Checked
          orgId={orgId}
          uploadId={uploadId}
          preview={preview.data}
          isChecking={preview.isPlaceholderData}
          isStale={preview.isPlaceholderData || preview.isError}
          onReading={setReading}
          onStarted={onStarted}
        />
      )}
      <div className="actions">
        <Button variant="tertiary" onPress={onOtherFile}>
          {importing.otherFile}
        </Button>
      </div>
    </>
  );
}

type CheckedProps = Pick<ImportCheckProps, 'orgId' | 'uploadId' | 'onStarted'> & {
  readonly preview: ImportPreview;
  /** The file is being read anew; what is shown is the reading before. */
  readonly isChecking: boolean;
  readonly isStale: boolean;
  readonly onReading: (reading: Reading) => void;
};

function Checked({ orgId, uploadId, preview, isChecking, isStale, onReading, onStarted }: CheckedProps) {
  const { locale, text } = useLanguage();
  const { importing } = text;
  const [mapping, setMapping] = useState<ColumnMapping>(preview.mapping);
  const [skipInvalidRows, setSkipInvalidRows] = useState(false);
  const [shown, setShown] = useState(preview);
  if (shown !== preview) {
    // Another reading has its own mapping and errors. The page stays where it is, and so does focus.
    setShown(preview);
    setMapping(preview.mapping);
    setSkipInvalidRows(false);
  }
  const facts = useRef<HTMLDivElement>(null);
  const read = useRef(preview);
  useEffect(() => {
    // The button that asked for the reading may have gone away.
    if (read.current !== preview && document.activeElement === document.body) facts.current?.focus();
    read.current = preview;
  }, [preview]);
  const start = useMutation({
    mutationFn: () =>
      call('startImport', { orgId, uploadId, encoding: preview.encoding, delimiter: preview.delimiter, mapping, skipInvalidRows }),
    onSuccess: ({ jobId }) => onStarted(jobId),
  });
  const isChanged = JSON.stringify(mapping) !== JSON.stringify(preview.mapping);
  const hasErrors = preview.errorCount > 0;
  const blocked =
    preview.validCount === 0
      ? importing.nothingToImport
      : hasErrors && !skipInvalidRows
        ? importing.startBlocked
        : isChanged
          ? importing.stale
          : null;
  return (
    <>
      <div ref={facts} tabIndex={-1}>
        <ReadingFacts preview={preview} onReading={onReading} />
      </div>
      <Card title={importing.mappingTitle}>
        <p>{importing.mappingIntro}</p>
        <MappingTable columns={preview.columns} mapping={mapping} onChange={setMapping} />
        {isChanged && (
          <Banner kind="important" role="status">
            <p>{importing.stale}</p>
            <Button
              variant="secondary"
              isDisabled={isMappedTwice(mapping)}
              isPending={isChecking}
              onPress={() => onReading({ encoding: preview.encoding, delimiter: preview.delimiter, mapping })}
            >
              {importing.recheck}
            </Button>
          </Banner>
        )}
      </Card>
      {preview.sample.length > 0 && <ImportSample preview={preview} />}
      <ImportErrors errors={preview.errors} errorCount={preview.errorCount} />
      <section className="card">
        {hasErrors && preview.validCount > 0 && (
          <Checkbox
            label={importing.skipInvalid}
            hint={importing.skipInvalidHint(formatNumber(locale, preview.validCount))}
            isChecked={skipInvalidRows}
            onChange={setSkipInvalidRows}
          />
        )}
        {start.isError && <ErrorPanel error={start.error} />}
        {blocked !== null && (
          <p id="import-blocked" className="field-hint">
            {blocked}
          </p>
        )}
        <div className="actions">
          <Button
            isDisabled={blocked !== null || isStale}
            isPending={start.isPending}
            onPress={() => start.mutate()}
            {...(blocked === null ? {} : { describedBy: 'import-blocked' })}
          >
            {importing.start(formatNumber(locale, preview.validCount))}
          </Button>
        </div>
      </section>
    </>
  );
}
