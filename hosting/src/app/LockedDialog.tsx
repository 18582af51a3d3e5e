/** The dialog over a locked tab: what opens the tab again, and the way out, which lets what it keeps go. */
import type { ReactNode } from 'react';
import { endSession } from '../api/session.ts';
import { useText } from '../i18n/language.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';

/** Cannot be closed but by leaving; nothing typed in it counts as work. */
export function LockedDialog({ children }: { readonly children: ReactNode }) {
  const { identity } = useText();
  return (
    <Dialog title={identity.againTitle} isOpen onClose={() => undefined}>
      <div className="again page" data-no-work="">
        {children}
        <div className="actions again-leave">
          <Button variant="tertiary" onPress={() => void endSession('byUser')}>
            {identity.againLeave}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
