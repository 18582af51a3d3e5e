/** The filters of the log. */
import { useEffect, useRef, useState } from 'react';
import { auditActions, operatorsActorId, type AuditAction } from '../../../../functions/src/audit/contract.ts';
import type { Output } from '../../api/callables.ts';
import { useText } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { DateInput } from '../../ui/DateInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { noFilter, writtenNetwork, wrongIn, type FilterForm } from './filter.ts';

type AuditFiltersProps = {
  /** The filter in force; a new one takes the place of what is in the fields. */
  readonly form: FilterForm;
  /** Null while they are not known. */
  readonly members: Output<'listMembers'>['members'] | null;
  readonly onApply: (form: FilterForm) => void;
};

/** A form; nothing is asked until it is sent. */
export function AuditFilters({ form, members, onApply }: AuditFiltersProps) {
  const { audit } = useText();
  const [draft, setDraft] = useState(form);
  const [wrong, setWrong] = useState<ReturnType<typeof wrongIn>>([]);
  const apply = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    setDraft(form);
    setWrong([]);
  }, [form]);
  const set = (part: Partial<FilterForm>) => setDraft((before) => ({ ...before, ...part }));
  const isFiltered = Object.values(form).some((value) => value !== '');
  const actors = (members ?? []).map(({ accountId, displayName }) => ({ value: accountId, label: displayName }));
  // Who is filtered by need not be a member any more, and the choice is never to look like "everybody".
  const isNamed = draft.actor === '' || actors.some(({ value }) => value === draft.actor);
  const unnamed = draft.actor === operatorsActorId ? audit.operators : members === null ? '…' : audit.formerMember;
  return (
    <form
      className="filters card"
      data-no-work
      aria-label={audit.filters}
      onSubmit={(event) => {
        event.preventDefault();
        const found = wrongIn(draft);
        setWrong(found);
        if (found.length === 0) onApply({ ...draft, person: draft.person.trim(), network: writtenNetwork(draft.network) ?? '' });
      }}
    >
      <Select
        label={audit.actor}
        value={draft.actor}
        options={[{ value: '', label: audit.anyActor }, ...actors, ...(isNamed ? [] : [{ value: draft.actor, label: unnamed }])]}
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
      <TextField
        label={audit.person}
        value={draft.person}
        onChange={(person) => set({ person })}
        error={wrong.includes('person') ? audit.personWrong : undefined}
      />
      <TextField
        label={audit.network}
        value={draft.network}
        onChange={(network) => set({ network })}
        error={wrong.includes('network') ? audit.networkWrong : undefined}
      />
      <div className="actions">
        <Button type="submit" ref={apply}>
          {audit.apply}
        </Button>
        {isFiltered && (
          <Button
            variant="secondary"
            onPress={() => {
              onApply(noFilter);
              // The button goes away.
              apply.current?.focus();
            }}
          >
            {audit.clear}
          </Button>
        )}
      </div>
    </form>
  );
}
