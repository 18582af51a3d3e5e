/** The values of a person, with a button for those that are masked or hidden. */
import type { Person } from '../../../../functions/src/register/contract.ts';
import { fieldNames, standardFields, type FieldName } from '../../../../functions/src/register/fields.ts';
import type { Capability } from '../../app/capability.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { ReadingFailure } from './BudgetPanel.tsx';
import { revealSeconds, useReveal } from './useReveal.ts';

type PersonFactsProps = { readonly person: Person; readonly orgId: string; readonly reveal: Capability };

/** Every stored field; nothing is shown for fields that the person lacks, except the names. */
export function PersonFacts({ person, orgId, reveal }: PersonFactsProps) {
  const { locale, text } = useLanguage();
  const { register } = text;
  const { revealed, wasHidden, hide, request } = useReveal(orgId, person.dataSubjectId);
  const isShown = revealed !== null;
  const stored = fieldNames.filter((name) => person.fields[name] !== undefined || person.hiddenFields.includes(name));
  const hidden = person.hiddenFields;
  const onlyNumber = hidden.length === 1 ? hidden[0] : undefined;
  const label = (name: FieldName) => standardFields[name].label[locale];
  const revealLabel = onlyNumber === undefined ? register.revealAll : register.revealField(label(onlyNumber));
  const hideLabel = onlyNumber === undefined ? register.hide : register.hideField(label(onlyNumber));
  return (
    <Card
      title={register.fieldsTitle}
      aside={
        hidden.length > 0 &&
        person.state === 'active' &&
        (reveal.isAllowed ? (
          // One button all the time, so that focus stays on it.
          <Button variant="secondary" onPress={isShown ? hide : () => request.mutate([...hidden])} isPending={request.isPending}>
            {isShown ? hideLabel : revealLabel}
          </Button>
        ) : (
          <span className="field-hint">{`${revealLabel}: ${reveal.reason.toLowerCase()}`}</span>
        ))
      }
    >
      <p role="status" className="field-hint">
        {isShown
          ? register.revealed(revealSeconds)
          : wasHidden
            ? register.hiddenAgain
            : hidden.length > 0 && reveal.isAllowed
              ? register.revealNotice
              : ''}
      </p>
      {request.isError && <ReadingFailure error={request.error} onRetry={() => request.mutate([...hidden])} />}
      <Facts
        items={stored.map((name) => ({
          name: label(name),
          value: <Value shown={written(name, revealed?.[name] ?? person.fields[name])} isRevealed={revealed?.[name] !== undefined} />,
        }))}
      />
    </Card>
  );
}

/** Twelve stored digits as people write them: `YYYYMMDD-NNNN`. */
function written(name: FieldName, value: string | undefined): string | undefined {
  return name === 'personalIdentityNumber' ? value?.replace(/^(\d{8})(\d{4})$/, '$1-$2') : value;
}

function Value({ shown, isRevealed }: { readonly shown: string | undefined; readonly isRevealed: boolean }) {
  const { register } = useLanguage().text;
  if (shown === undefined) return <span className="hidden-value">{register.hidden}</span>;
  return <span className={isRevealed ? 'revealed-value' : 'value'}>{shown}</span>;
}
