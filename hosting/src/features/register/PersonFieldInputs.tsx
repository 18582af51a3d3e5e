/** The inputs of every standard field, for adding and for correcting. */
import type { Control } from 'react-hook-form';
import { fieldNames, standardFields, type FieldName } from '../../../../functions/src/register/fields.ts';
import { FormCheckbox, FormText } from '../../app/formFields.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { inputOf, type PersonForm } from './person.ts';

type PersonFieldInputsProps = {
  readonly control: Control<PersonForm>;
  /** The masked number that is stored, or null when there is none. */
  readonly storedNumber: string | null;
  readonly mayProtect: boolean;
};

/** All fields in the order of the inventory. */
export function PersonFieldInputs({ control, storedNumber, mayProtect }: PersonFieldInputsProps) {
  const { locale, text } = useLanguage();
  const { app, register } = text;
  const hintOf = (name: FieldName): string | undefined => {
    if (name === 'personalIdentityNumber') return storedNumber === null ? register.numberHint : register.numberKeep(storedNumber);
    return standardFields[name].kind === 'date' ? register.dateHint : undefined;
  };
  return (
    <>
      <div className="field-grid">
        {fieldNames.map((name) => (
          <FormText
            key={name}
            control={control}
            name={name}
            label={standardFields[name].label[locale]}
            hint={hintOf(name)}
            isLong={standardFields[name].kind === 'longText'}
            {...inputOf[standardFields[name].kind]}
            rules={{ maxLength: { value: standardFields[name].maxLength, message: app.tooLong(standardFields[name].maxLength) } }}
          />
        ))}
      </div>
      {storedNumber !== null && <FormCheckbox control={control} name="removesNumber" label={register.numberRemove} />}
      {mayProtect && <FormCheckbox control={control} name="isProtected" label={register.isProtected} hint={register.isProtectedHint} />}
    </>
  );
}
