/** Which forms of a page hold work that the server has not taken. Times are milliseconds since 1970. */

/** The marks of one page. `F` is a form; null stands for everything outside of forms, which is sent as it is chosen. */
export class UnsentWork<F extends { readonly isConnected: boolean }> {
  readonly #typed = new Map<F | null, number>();
  readonly #submitted = new Map<F, number>();

  /** Something was typed or chosen in a form. */
  type(form: F | null, at: number): void {
    this.#typed.set(form, at);
  }

  /** A form was submitted; whether that succeeds is not known yet. */
  submit(form: F, at: number): void {
    this.#submitted.set(form, at);
  }

  /**
   * The server has taken what was sent at `begun`: forms submitted until then, and choices made until then. Not other forms,
   * nor what was typed into a form after it was submitted.
   */
  take(begun: number): void {
    for (const [form, typedAt] of this.#typed) {
      const sentAt = form === null ? begun : this.#submitted.get(form);
      if (sentAt !== undefined && typedAt <= sentAt && sentAt <= begun) this.#typed.delete(form);
    }
  }

  /** Whether anything is left. What stood in a form that was closed is gone already. */
  get isLeft(): boolean {
    return [...this.#typed.keys()].some((form) => form === null || form.isConnected);
  }

  /** Forgets all of it, for a new page. */
  clear(): void {
    this.#typed.clear();
    this.#submitted.clear();
  }
}
