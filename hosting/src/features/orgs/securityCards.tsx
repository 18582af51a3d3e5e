/** The security settings, each group in a card of its own that is saved by itself. */
import { useState } from 'react';
import type { Strength } from '../../../../functions/src/identity/contract.ts';
import { givenRoles, type OrganisationDoc } from '../../../../functions/src/orgs/contract.ts';
import { maskableRoles, settingLimits, type MaskableRole, type MemberRole } from '../../../../functions/src/orgs/settings/contract.ts';
import { fieldNames, standardFields, type FieldName } from '../../../../functions/src/register/fields.ts';
import { useMembership } from '../../app/organisation.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { CheckboxGroup } from '../../ui/CheckboxGroup.tsx';
import { NumberField, wholeNumber } from '../../ui/NumberField.tsx';
import { Select } from '../../ui/Select.tsx';
import { SettingsCard, useSettingsChange } from './SettingsCard.tsx';

type CardProps = { readonly organisation: OrganisationDoc };

const strengthLevels = [1, 2, 3] as const satisfies readonly Strength[];

/** Idle limit, and the weakest sign-in of each role. */
export function SignInCard({ organisation }: CardProps) {
  const { locale, text } = useLanguage();
  const { orgs, settings } = text;
  const change = useSettingsChange(organisation, ['idleMinutes', 'minimumStrength']);
  const options = strengthLevels.map((strength) => ({ value: String(strength), label: settings.strengths[strength] }));
  const [idle, setIdle] = useState(String(organisation.idleMinutes));
  const [strengths, setStrengths] = useState<Record<MemberRole, Strength>>({ ...organisation.minimumStrength });
  const { min, max } = settingLimits.idleMinutes;
  const idleMinutes = wholeNumber(idle, min, max);
  const limits = [formatNumber(locale, min), formatNumber(locale, max)] as const;
  const save = () => {
    if (idleMinutes !== null) change.mutate({ idleMinutes, minimumStrength: strengths });
  };
  return (
    <SettingsCard title={settings.signInTitle} change={change} onSave={save}>
      <NumberField
        label={settings.idleMinutes}
        hint={settings.idleHint(...limits)}
        value={idle}
        onChange={setIdle}
        error={idleMinutes === null ? settings.idleInvalid(...limits) : undefined}
      />
      <fieldset className="radios">
        <legend className="field-label">{settings.strengthTitle}</legend>
        <p className="field-hint">{settings.strengthHint}</p>
        <ul className="strengths field-hint">
          {strengthLevels.map((strength) => (
            <li key={strength}>{settings.strengthNotes[strength]}</li>
          ))}
        </ul>
        <div className="field-grid">
          {givenRoles.map((role) => (
            <Select
              key={role}
              label={settings.strengthFor(orgs.roles[role])}
              value={String(strengths[role])}
              options={options}
              // The options are exactly the strengths.
              onChange={(value) => setStrengths({ ...strengths, [role]: Number(value) as Strength })}
            />
          ))}
        </div>
      </fieldset>
    </SettingsCard>
  );
}

/** Fields that are hidden from a role. The identity number is masked anyway. */
export function MaskingCard({ organisation }: CardProps) {
  const { locale, text } = useLanguage();
  const { settings } = text;
  const change = useSettingsChange(organisation, ['maskedFields']);
  const [masked, setMasked] = useState<Record<MaskableRole, readonly FieldName[]>>({ ...organisation.maskedFields });
  const options = fieldNames
    .filter((name) => name !== 'personalIdentityNumber')
    .map((name) => ({ value: name, label: standardFields[name].label[locale] }));
  const save = () =>
    change.mutate({ maskedFields: { editor: [...masked.editor], reader: [...masked.reader], support: [...masked.support] } });
  return (
    <SettingsCard title={settings.maskTitle} change={change} onSave={save}>
      <p className="field-hint">{settings.maskIntro}</p>
      {maskableRoles.map((role) => (
        <CheckboxGroup
          key={role}
          label={settings.maskFor[role]}
          values={masked[role]}
          options={options}
          // The options are field names only.
          onChange={(names) => setMasked({ ...masked, [role]: names as FieldName[] })}
        />
      ))}
    </SettingsCard>
  );
}

/** How many persons a member may open; changed by owners only. */
export function BudgetCard({ organisation }: CardProps) {
  const { locale, text } = useLanguage();
  const { settings } = text;
  const isOwner = useMembership().role === 'owner';
  const change = useSettingsChange(organisation, ['readBudget']);
  const [hour, setHour] = useState(String(organisation.readBudget.perHour));
  const [day, setDay] = useState(String(organisation.readBudget.perDay));
  const { readsPerHour, readsPerDay } = settingLimits;
  const perHour = wholeNumber(hour, readsPerHour.min, readsPerHour.max);
  const perDay = wholeNumber(day, perHour ?? readsPerHour.min, readsPerDay.max);
  const hourProblem = settings.perHourInvalid(formatNumber(locale, readsPerHour.min), formatNumber(locale, readsPerHour.max));
  const save = () => {
    if (perHour !== null && perDay !== null) change.mutate({ readBudget: { perHour, perDay } });
  };
  return (
    <SettingsCard title={settings.budgetTitle} change={change} onSave={save} {...(isOwner ? {} : { locked: settings.budgetOwnerOnly })}>
      <p className="field-hint">{settings.budgetIntro}</p>
      <NumberField
        label={settings.perHour}
        value={hour}
        onChange={setHour}
        error={perHour === null ? hourProblem : undefined}
        isDisabled={!isOwner}
      />
      <NumberField
        label={settings.perDay}
        value={day}
        onChange={setDay}
        error={perDay === null ? settings.perDayInvalid(formatNumber(locale, readsPerDay.max)) : undefined}
        isDisabled={!isOwner}
      />
    </SettingsCard>
  );
}

/** Months between two access reviews. */
export function ReviewIntervalCard({ organisation }: CardProps) {
  const { locale, text } = useLanguage();
  const { settings } = text;
  const change = useSettingsChange(organisation, ['reviewEveryMonths']);
  const [months, setMonths] = useState(String(organisation.reviewEveryMonths));
  const { min, max } = settingLimits.reviewEveryMonths;
  const reviewEveryMonths = wholeNumber(months, min, max);
  const limits = [formatNumber(locale, min), formatNumber(locale, max)] as const;
  const save = () => {
    if (reviewEveryMonths !== null) change.mutate({ reviewEveryMonths });
  };
  return (
    <SettingsCard title={settings.reviewTitle} change={change} onSave={save}>
      <NumberField
        label={settings.reviewEvery}
        hint={settings.reviewHint(...limits)}
        value={months}
        onChange={setMonths}
        error={reviewEveryMonths === null ? settings.reviewInvalid(...limits) : undefined}
      />
    </SettingsCard>
  );
}
