/**
 * Calls that need a fresh sign-in wait here until the person has confirmed who they are, or has declined to.
 * All that wait share one question. State of this tab, owned by this module.
 */
type Question = { readonly answered: Promise<boolean>; readonly answer: (isConfirmed: boolean) => void };

const listeners = new Set<() => void>();
let question: Question | null = null;

function tell(): void {
  for (const listener of listeners) listener();
}

/** Asks for confirmation; resolves to whether it was given. */
export function askConfirmation(): Promise<boolean> {
  if (question === null) {
    let answer: Question['answer'] = () => undefined;
    const answered = new Promise<boolean>((resolve) => (answer = resolve));
    question = { answered, answer };
    tell();
  }
  return question.answered;
}

/** Whether somebody waits for an answer. */
export function isConfirmationAsked(): boolean {
  return question !== null;
}

/** Gives the answer to all that wait. */
export function answerConfirmation(isConfirmed: boolean): void {
  const asked = question;
  question = null;
  tell();
  asked?.answer(isConfirmed);
}

/** Calls back when a question comes or goes; answers how to stop. */
export function onConfirmationChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
