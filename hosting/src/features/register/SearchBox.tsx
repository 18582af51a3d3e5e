/** One box for names, addresses and numbers; the server tells which it took it for. */
import { useEffect, useRef, useState } from 'react';
import { useText } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { TextField } from '../../ui/TextField.tsx';

/** The search of the register; an empty search shows everybody. */
export function SearchBox({ search, onSearch }: { readonly search: string; readonly onSearch: (search: string) => void }) {
  const { register } = useText();
  const [typed, setTyped] = useState(search);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(search), [search]);
  return (
    <form
      role="search"
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(typed.trim());
      }}
    >
      <TextField
        label={register.search}
        hint={register.searchHint}
        type="search"
        value={typed}
        onChange={setTyped}
        maxLength={200}
        ref={field}
      />
      <div className="actions">
        <Button type="submit">{register.searchButton}</Button>
        {search !== '' && (
          <Button
            variant="secondary"
            onPress={() => {
              onSearch('');
              // The button goes away.
              field.current?.focus();
            }}
          >
            {register.clearSearch}
          </Button>
        )}
      </div>
    </form>
  );
}
