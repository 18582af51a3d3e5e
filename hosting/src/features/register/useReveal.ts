/** Shows hidden values for a minute, then hides them again by itself. */
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { FieldName, PersonFields } from '../../../../functions/src/register/fields.ts';
import { call } from '../../api/call.ts';

/** Seconds that revealed values stay on the screen. */
export const revealSeconds = 60;

/** Revealing of one person's fields. Each call is an event; values are in memory only, and only until hidden. */
export function useReveal(orgId: string, dataSubjectId: string) {
  const [revealed, setRevealed] = useState<PersonFields | null>(null);
  const [wasHidden, setWasHidden] = useState(false);
  const request = useMutation({
    mutationFn: (fields: FieldName[]) => call('revealFields', { orgId, dataSubjectId, fields }),
    gcTime: 0,
    meta: { isReading: true },
    // Values that the person lacks are absent, never undefined.
    onSuccess: ({ fields }) => setRevealed(fields as PersonFields),
  });
  const hide = () => {
    setRevealed(null);
    setWasHidden(true);
  };
  useEffect(() => {
    if (revealed === null) return;
    const timer = setTimeout(hide, revealSeconds * 1000);
    return () => clearTimeout(timer);
  }, [revealed]);
  return { revealed, wasHidden: wasHidden && revealed === null, hide, request };
}
