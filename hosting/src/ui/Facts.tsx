/** Names and values in pairs. */
import type { ReactNode } from 'react';

/** A description list. */
export function Facts({ items }: { readonly items: readonly { readonly name: string; readonly value: ReactNode }[] }) {
  return (
    <dl className="facts">
      {items.map(({ name, value }) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
