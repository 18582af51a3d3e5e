/** The words of a mailed receipt, in Swedish and English. */
import type { Mail } from '../../platform/email.ts';
import type { ReceiptReceiver } from './contract.ts';

/** What a receipt is about; `file` is what `npm run verify -- LOG --receipt FILE` takes. */
export type Receipt = {
  readonly orgId: string;
  readonly organisationName: string;
  readonly seq: number;
  readonly count: number;
  readonly file: string;
  readonly appUrl: string;
};

/** The mail with a receipt as its file. */
export function receiptMail(
  { email, locale }: ReceiptReceiver,
  { orgId, organisationName: name, seq, count, file, appUrl }: Receipt,
): Mail {
  const attachment = { fileName: `valv-receipt-${orgId}-${seq}.json`, content: file };
  const events = count.toLocaleString(locale === 'sv' ? 'sv-SE' : 'en-GB');
  const page = new URL(`/o/${orgId}/audit/verify`, appUrl).href;
  return locale === 'sv'
    ? {
        to: email,
        subject: `Kvitto på loggen (${name})`,
        text: `Här är ett kvitto på hur loggen såg ut: försegling nummer ${seq}, ${events} händelser.\n\nOrganisation: ${name}\n\nSpara den bifogade filen där Valv inte kan ändra den. Med den kan ni när som helst kontrollera att loggen fortfarande innehåller allt som fanns då, oförändrat och i samma ordning:\n\n  npm run verify -- LOGG.valvlog --keys valv-keys.json --receipt ${attachment.fileName}\n\nKontrollera i webbläsaren: ${page}\n\nKvittot innehåller kontrollsummor och en underskrift, inga personuppgifter. En ägare ställer in vart det skickas.\n`,
        attachment,
      }
    : {
        to: email,
        subject: `Receipt of the log (${name})`,
        text: `Here is a receipt of how the log stood: seal number ${seq}, ${events} events.\n\nOrganisation: ${name}\n\nKeep the attached file where Valv cannot change it. With it you can check at any time that the log still holds all that was there, unchanged and in the same order:\n\n  npm run verify -- LOG.valvlog --keys valv-keys.json --receipt ${attachment.fileName}\n\nCheck in the browser: ${page}\n\nThe receipt holds checksums and a signature, no personal data. An owner sets where it is sent.\n`,
        attachment,
      };
}
