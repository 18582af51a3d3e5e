/** A place for one file: drop it, or press the button. */
import { useId, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import { Icon } from './Icon.tsx';

type FileDropProps = {
  readonly label: string;
  readonly dropText: string;
  readonly orText: string;
  readonly buttonText: string;
  /** What the file dialog offers, as in the HTML attribute. */
  readonly accept: string;
  readonly onFile: (file: File) => void;
};

/** The drop zone. Dropping is an extra: all of it works by the button. */
export function FileDrop({ label, dropText, orText, buttonText, accept, onFile }: FileDropProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
  };
  return (
    <div
      className={isOver ? 'drop drop-over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <span className="empty-icon">
        <Icon name="file" />
      </span>
      <p>{dropText}</p>
      <p className="field-hint">{orText}</p>
      <Button onPress={() => input.current?.click()}>{buttonText}</Button>
      <label htmlFor={id} className="visually-hidden">
        {label}
      </label>
      <input
        id={id}
        ref={input}
        type="file"
        accept={accept}
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => {
          take(event.target.files);
          // The same file may be chosen again after it has been corrected.
          event.target.value = '';
        }}
      />
    </div>
  );
}
