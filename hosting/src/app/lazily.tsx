/** Components in chunks of their own. Unlike with `React.lazy`, one that could not be loaded can be asked for again. */
import { use, type ComponentType } from 'react';
import { LoadError } from '../api/loadError.ts';
import { once } from '../api/once.ts';

/** A component that is loaded when it is first shown, or ahead of that by `preload`. Suspends meanwhile; throws a LoadError. */
export function lazily<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> & { readonly preload: () => void } {
  let loaded: ComponentType<P> | null = null;
  let shown: Promise<ComponentType<P>> | null = null;
  const begin = once(async () => (loaded = await load()));
  const forget = () => {
    shown = null;
  };
  const show = async () => {
    try {
      return await begin();
    } catch {
      throw new LoadError(forget);
    }
  };
  function Lazily(props: P) {
    const Loaded = loaded ?? use((shown ??= show()));
    return <Loaded {...props} />;
  }
  return Object.assign(Lazily, { preload: () => void begin().catch(() => undefined) });
}
