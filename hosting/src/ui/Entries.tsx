/** A list of things that one owns, each with what is known of it and a button: readable on a phone, where a table is not. */
import type { ReactNode } from 'react';

type Entry = {
  readonly id: string;
  readonly title: ReactNode;
  /** A state beside the title. */
  readonly tag?: ReactNode;
  /** Lines of detail, each a name and a value. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly action?: ReactNode;
};

/** The list; `label` says of what. */
export function Entries({ label, entries }: { readonly label: string; readonly entries: readonly Entry[] }) {
  return (
    <ul className="belongings" aria-label={label}>
      {entries.map(({ id, title, tag, facts, action }) => (
        <li key={id} className="belonging">
          <div className="belonging-text">
            <p className="tagged">
              <strong>{title}</strong> {tag}
            </p>
            <p className="belonging-facts">
              {facts.map(({ name, value }) => (
                <span key={name}>
                  {name}: {value}
                </span>
              ))}
            </p>
          </div>
          {action}
        </li>
      ))}
    </ul>
  );
}
