/** New recovery codes, shown once: to copy, print or save. */
import { useState } from 'react';
import { copyText } from '../../../api/clipboard.ts';
import { saveFile } from '../../../api/files.ts';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { DialogStep } from '../flow/frames.tsx';

/** The list of codes. */
export function RecoveryCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  const { app, ownAccount } = useText();
  const [isCopied, setCopied] = useState<boolean | null>(null);
  const asText = `${ownAccount.codesTitle}\n\n${codes.join('\n')}\n`;
  return (
    <DialogStep title={ownAccount.codesTitle} intro={ownAccount.codesText}>
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p role="status" className="field-hint">
        {isCopied !== null && (isCopied ? ownAccount.codesCopied : ownAccount.codesNotCopied)}
      </p>
      <div className="actions no-print">
        <Button onPress={onDone}>{ownAccount.codesDone}</Button>
        <Button variant="secondary" onPress={() => void copyText(asText).then(setCopied)}>
          {app.copy}
        </Button>
        <Button variant="secondary" onPress={() => saveFile(ownAccount.codesFile, new Blob([asText], { type: 'text/plain' }))}>
          {app.download}
        </Button>
        <Button variant="secondary" onPress={() => window.print()}>
          {app.print}
        </Button>
      </div>
    </DialogStep>
  );
}
