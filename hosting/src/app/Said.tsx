/** What has just been done, in words that take focus, because the button that did it is often gone. */
import { useEffect, useRef } from 'react';
import { Banner } from '../ui/Banner.tsx';

/** A message after an action; nothing for null. */
export function Said({ words }: { readonly words: string | null }) {
  const banner = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (words === null) return;
    // A dialog that has just closed gives focus back first.
    const timer = setTimeout(() => banner.current?.focus(), 50);
    return () => clearTimeout(timer);
  }, [words]);
  if (words === null) return null;
  return (
    <Banner kind="success" role="status" ref={banner}>
      {words}
    </Banner>
  );
}
