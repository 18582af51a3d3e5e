/** Asks before a page with unsent work is left: by a link, a menu or the browser's own buttons. */
import { useBlocker } from 'react-router';
import { useText } from '../i18n/language.tsx';
import { Confirm } from './Confirm.tsx';
import { hasUnsentWork } from './unsavedWork.ts';

/** The question, shown when it is due. Closing the tab or loading it anew is asked about by the browser (unsavedWork.ts). */
export function LeaveGuard() {
  const { app } = useText();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => hasUnsentWork() && currentLocation.pathname !== nextLocation.pathname);
  return (
    <Confirm
      title={app.leaveTitle}
      isOpen={blocker.state === 'blocked'}
      action={app.leave}
      isDanger
      isPending={false}
      onConfirm={() => blocker.proceed?.()}
      onClose={() => blocker.reset?.()}
    >
      <p>{app.leaveText}</p>
    </Confirm>
  );
}
