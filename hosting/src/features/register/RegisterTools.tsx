/** Above the list: protected identities, the selection for a mass erasure, the export of the register. For owners and administrators. */
import { approvalRules } from '../../../../functions/src/privacy/approvals/contract.ts';
import { ButtonLink } from '../../app/links.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { useListView } from './listView.ts';

type RegisterToolsProps = {
  readonly isEmpty: boolean;
  /** The persons of the page that is shown; null while it is not there yet. */
  readonly pageIds: readonly string[] | null;
};

/** The tools; nothing for roles that may use none of them. */
export function RegisterTools({ isEmpty, pageIds }: RegisterToolsProps) {
  const { approvals, register } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  const [{ includeProtected, selected }, show] = useListView(orgId);
  if (!can('register.readProtected').isAllowed) return null;
  return (
    <>
      <div className="register-tools" data-no-work>
        <Checkbox
          label={register.includeProtected}
          isChecked={includeProtected}
          onChange={(next) => show({ includeProtected: next, tokens: [] })}
        />
        {!isEmpty && (
          <div className="actions">
            {can('privacy.massErase').isAllowed && (
              <Button variant="secondary" onPress={() => show({ selected: selected === null ? [] : null })}>
                {selected === null ? approvals.select : approvals.selectDone}
              </Button>
            )}
            {can('privacy.exportRegister').isAllowed && (
              <ButtonLink to={`/o/${orgId}/approvals/export`} look="secondary">
                {approvals.requestExport}
              </ButtonLink>
            )}
          </div>
        )}
      </div>
      {selected !== null && !isEmpty && <SelectionBar selected={selected} pageIds={pageIds} />}
    </>
  );
}

function SelectionBar({ selected, pageIds }: { readonly selected: readonly string[]; readonly pageIds: readonly string[] | null }) {
  const { locale, text } = useLanguage();
  const { approvals } = text;
  const { orgId } = useMembership();
  const [, show] = useListView(orgId);
  const { leastPersons, mostPersons } = approvalRules;
  const isTooFew = selected.length < leastPersons;
  const isTooMany = selected.length > mostPersons;
  return (
    <div className="selection-bar" data-no-work>
      <strong role="status">{approvals.selected(formatNumber(locale, selected.length))}</strong>
      <Button
        variant="secondary"
        isPending={pageIds === null}
        onPress={() => show({ selected: [...new Set([...selected, ...(pageIds ?? [])])] })}
      >
        {approvals.selectPage}
      </Button>
      {selected.length > 0 && (
        <Button variant="secondary" onPress={() => show({ selected: [] })}>
          {approvals.selectClear}
        </Button>
      )}
      {!isTooFew && !isTooMany && (
        <ButtonLink to={`/o/${orgId}/approvals/erasure`} look="danger">
          {approvals.requestErasure}
        </ButtonLink>
      )}
      {isTooFew && <span className="field-hint">{approvals.selectFew}</span>}
      {isTooMany && <span className="field-hint">{approvals.selectMany(formatNumber(locale, mostPersons))}</span>}
    </div>
  );
}
