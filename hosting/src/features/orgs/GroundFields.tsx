/** The legal ground for personal identity numbers, which Swedish law asks for before any is stored. */
import { useController, useWatch, type Control } from 'react-hook-form';
import { identityNumberGrounds, type IdentityNumberGround, type OrganisationDoc } from '../../../../functions/src/orgs/contract.ts';
import { FormText } from '../../app/formFields.tsx';
import { useText } from '../../i18n/language.tsx';
import { RadioGroup } from '../../ui/RadioGroup.tsx';

/** The fields of an organisation that a form edits. */
export type OrganisationForm = {
  name: string;
  organisationNumber: string;
  ground: IdentityNumberGround | 'none';
  explanation: string;
};

/** The form's ground as the contract has it. */
export function groundOf({ ground, explanation }: OrganisationForm): OrganisationDoc['identityNumberGround'] {
  return ground === 'none' ? null : { ground, explanation: explanation.trim() };
}

/** Ground and explanation. //= SFS 2018:218 3 kap. 10 § */
export function GroundFields({ control }: { readonly control: Control<OrganisationForm> }) {
  const { orgs } = useText();
  const { field } = useController({ control, name: 'ground' });
  const ground = useWatch({ control, name: 'ground' });
  return (
    <>
      <RadioGroup
        label={orgs.groundTitle}
        hint={orgs.groundIntro}
        value={field.value}
        onChange={field.onChange}
        options={[
          { value: 'none', label: orgs.groundNone },
          ...identityNumberGrounds.map((value) => ({ value, label: orgs.grounds[value] })),
        ]}
      />
      {ground !== 'none' && (
        <FormText
          control={control}
          name="explanation"
          label={orgs.explanation}
          hint={orgs.explanationHint}
          isLong
          isRequired
          rules={{ validate: (value) => (value.trim().length >= 10 && value.trim().length <= 500) || orgs.explanationLength }}
        />
      )}
    </>
  );
}
