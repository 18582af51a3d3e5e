/** The filters of the log. */
import { useState } from 'react';
import { auditActions, type AuditAction } from '../../../../functions/src/audit/contract.ts';
import type { Output } from '../../api/callables.ts';
import { useText } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { DateInput } from '../../ui/DateInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { noFilter, writtenNetwork, type FilterForm } from './filter.ts';

type AuditFiltersProps = {
  readonly form: FilterForm;
  readonly members: Output<'listMembers'>['members'];
  readonly onApply: (form: FilterForm) => void;
};

/** A form; nothing is asked until it is sent. */
export function AuditFilters({ form, members, onApply }: AuditFiltersProps) {
  const { audit } = useText();
  const [draft, setDraft] = useState(form);
  const [isNetworkWrong, setIsNetworkWrong] = useState(false);
  const set = (part: Partial<FilterForm>) => setDraft((before) => ({ ...before, ...part }));
  const isFiltered = Object.values(form).some((value) => value !== '');
  return (
    <form
      className="filters card"
      data-no-work
      aria-label={audit.filters}
      onSubmit={(event) => {
        event.preventDefault();
        const network = draft.network.trim() === '' ? '' : writtenNetwork(draft.network);
        setIsNetworkWrong(network === null);
        if (network !== null) onApply({ ...draft, person: draft.person.trim(), network });
      }}
    >
      <Select
        label={audit.actor}
        value={draft.actor}
        options={[
          { value: '', label: audit.anyActor },
          ...members.map(({ accountId, displayName }) => ({ value: accountId, label: displayName })),
        ]}
        onChange={(actor) => set({ actor })}
      />
      <Select
        label={audit.action}
        value={draft.action}
        options={[
          { value: '', label: audit.anyAction },
          ...auditActions.map((action) => ({ value: action, label: audit.actions[action] })),
        ]}
        // The options are exactly the actions and the empty choice.
        onChange={(action) => set({ action: action as AuditAction | '' })}
      />
      <Select
        label={audit.outcome}
        value={draft.outcome}
        options={[
          { value: '', label: audit.anyOutcome },
          { value: 'done', label: audit.outcomes.done },
          { value: 'refused', label: audit.outcomes.refused },
        ]}
        // The options are exactly these and the empty choice.
        onChange={(outcome) => set({ outcome: outcome as FilterForm['outcome'] })}
      />
      <DateInput label={audit.from} value={draft.from} onChange={(from) => set({ from })} />
      <DateInput label={audit.to} value={draft.to} onChange={(to) => set({ to })} />
      <TextField label={audit.person} value={draft.person} onChange={(person) => set({ person })} />
      <TextField
        label={audit.network}
        value={draft.network}
        onChange={(network) => set({ network })}
        error={isNetworkWrong ? audit.networkWrong : undefined}
      />
      <div className="actions">
        <Button type="submit">{audit.apply}</Button>
        {isFiltered && (
          <Button variant="secondary" onPress={() => onApply(noFilter)}>
            {audit.clear}
          </Button>
        )}
      </div>
    </form>
  );
}
