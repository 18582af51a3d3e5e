/** Step one: choosing a file, by button or by dropping it, and sending it. */
import { useEffect, useRef, useState } from 'react';
import { importLimits } from '../../../../functions/src/register/contract.ts';
import { uploadImport } from '../../api/files.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { formatPercent, formatSize } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { FileDrop } from '../../ui/FileDrop.tsx';
import { Progress } from '../../ui/Progress.tsx';

type State =
  | { readonly kind: 'choosing'; readonly problem: string | null; readonly error?: unknown }
  | { readonly kind: 'sending'; readonly name: string; readonly share: number };

/** The drop zone and the progress of the upload. */
export function ImportUpload({ orgId, onUploaded }: { readonly orgId: string; readonly onUploaded: (uploadId: string) => void }) {
  const { locale, text } = useLanguage();
  const { app, importing } = text;
  const [state, setState] = useState<State>({ kind: 'choosing', problem: null });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const send = async (file: File) => {
    if (file.size > importLimits.maxBytes)
      return setState({ kind: 'choosing', problem: importing.tooLarge(formatSize(locale, file.size)) });
    if (file.size === 0) return setState({ kind: 'choosing', problem: importing.emptyFile });
    const controller = new AbortController();
    abort.current = controller;
    setState({ kind: 'sending', name: file.name, share: 0 });
    try {
      const { uploadId } = await uploadImport(
        orgId,
        file,
        (share) => setState({ kind: 'sending', name: file.name, share }),
        controller.signal,
      );
      onUploaded(uploadId);
    } catch (error) {
      if (!controller.signal.aborted) setState({ kind: 'choosing', problem: null, error });
    }
  };
  const cancel = () => {
    abort.current?.abort();
    setState({ kind: 'choosing', problem: null });
  };

  if (state.kind === 'sending') {
    return (
      <div className="card">
        <Progress label={importing.uploadingName(state.name)} share={state.share} valueText={formatPercent(locale, state.share)} />
        <div className="actions">
          <Button variant="secondary" onPress={cancel}>
            {app.cancel}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <>
      {state.problem !== null && (
        <Banner kind="warning" role="alert">
          {state.problem}
        </Banner>
      )}
      {state.error !== undefined && <ErrorPanel error={state.error} />}
      <FileDrop
        label={importing.fileLabel}
        dropText={importing.drop}
        orText={importing.or}
        buttonText={importing.choose}
        accept=".csv,.txt,.tsv,text/csv"
        onFile={(file) => void send(file)}
      />
    </>
  );
}
