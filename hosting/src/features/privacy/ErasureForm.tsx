/** The decision to erase: a reason, and a word typed by hand or pasted. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { erasureReasons, type ErasureReason } from '../../../../functions/src/privacy/contract.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useText } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { usePerson } from '../register/person.ts';

type ErasureFormProps = { readonly orgId: string; readonly dataSubjectId: string; readonly onStarted: (jobId: string) => void };

/** The form that starts the job. */
export function ErasureForm({ orgId, dataSubjectId, onStarted }: ErasureFormProps) {
  const { app, privacy } = useText();
  const queries = useQueryClient();
  const person = usePerson(orgId, dataSubjectId);
  const [reason, setReason] = useState<ErasureReason | ''>('');
  const [word, setWord] = useState('');
  const [isTried, setIsTried] = useState(false);
  const isConfirmed = word.trim().toUpperCase() === privacy.confirmWord;
  const start = useMutation({
    mutationFn: (given: { reason: ErasureReason; version: number }) => call('startErasure', { orgId, dataSubjectId, ...given }),
    onSuccess: async ({ jobId }) => {
      onStarted(jobId);
      // Not fetched anew: there is nothing left to read.
      await queries.invalidateQueries({ queryKey: ['person', orgId, dataSubjectId], refetchType: 'none' });
      await queries.invalidateQueries({ queryKey: ['persons', orgId] });
    },
    onError: () => void person.refetch(),
  });
  const submit = () => {
    setIsTried(true);
    if (reason === '' || !isConfirmed || person.data === undefined) return;
    start.mutate({ reason, version: person.data.version });
  };
  return (
    <form
      className="form card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {start.isError && <ErrorPanel error={start.error} />}
      {person.isError && <ErrorPanel error={person.error} onRetry={() => void person.refetch()} />}
      <Select
        label={privacy.reason}
        value={reason}
        error={isTried && reason === '' ? app.required : undefined}
        options={[{ value: '', label: privacy.reasonChoose }, ...erasureReasons.map((value) => ({ value, label: privacy.reasons[value] }))]}
        // The options are exactly the reasons and the empty choice.
        onChange={(value) => setReason(value as ErasureReason | '')}
      />
      <TextField
        label={privacy.confirmLabel(privacy.confirmWord)}
        value={word}
        onChange={setWord}
        error={isTried && !isConfirmed ? privacy.confirmWrong(privacy.confirmWord) : undefined}
        isRequired
      />
      <div className="actions">
        <Button type="submit" variant="danger" isPending={start.isPending || person.isPending}>
          {privacy.eraseButton}
        </Button>
      </div>
    </form>
  );
}
