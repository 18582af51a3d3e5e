/** Somebody with a BankID. */
export type Person = { readonly personalNumber: string; readonly givenName: string; readonly surname: string };

/** Made-up persons with published test numbers, for the phone page. */
export const persons: readonly Person[] = [
  { personalNumber: '196601062620', givenName: 'Gunvor', surname: 'Prövdal' },
  { personalNumber: '197201079295', givenName: 'Ture', surname: 'Testberg' },
  { personalNumber: '198501012382', givenName: 'Maj-Lis', surname: 'Lokalström' },
  { personalNumber: '199101012392', givenName: 'Saga', surname: 'Exempelsson' },
  { personalNumber: '199901016809', givenName: 'Nour', surname: 'Påhittad' },
  { personalNumber: '200301012399', givenName: 'Elis', surname: 'Provander' },
];
