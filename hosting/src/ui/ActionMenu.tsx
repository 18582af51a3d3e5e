/** A button that opens a menu of actions. */
import { Menu, MenuItem, MenuPopover, MenuTrigger } from '@midas-ds/components/menu';
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';

type ActionMenuProps = {
  /** What the button is, for assistive technology. */
  readonly label: string;
  readonly button: ReactNode;
  readonly items: readonly { readonly id: string; readonly label: string; readonly note?: string; readonly isCurrent?: boolean }[];
  readonly onAction: (id: string) => void;
};

/** A menu button. `onAction` gets the id of the chosen item. */
export function ActionMenu({ label, button, items, onAction }: ActionMenuProps) {
  return (
    <MenuTrigger>
      <AriaButton className="menu-button" aria-label={label}>
        {button}
      </AriaButton>
      <MenuPopover placement="bottom end">
        <Menu aria-label={label} onAction={(key) => onAction(String(key))} className="action-menu">
          {items.map((item) => (
            <MenuItem
              key={item.id}
              id={item.id}
              textValue={item.label}
              className={item.isCurrent === true ? 'menu-item-current' : 'menu-item'}
            >
              <span className="menu-lines">
                <span>{item.label}</span>
                {item.note !== undefined && <span className="menu-note">{item.note}</span>}
              </span>
            </MenuItem>
          ))}
        </Menu>
      </MenuPopover>
    </MenuTrigger>
  );
}
