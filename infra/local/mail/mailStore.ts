/** A mail that arrived; `text` is its plain part, or its HTML part with the markup taken away. */
export type Mail = {
  readonly id: string;
  readonly receivedAt: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  /** `text` is the content of a file of text; null for others. */
  readonly attachments: readonly {
    readonly filename: string | null;
    readonly mimeType: string;
    readonly bytes: number;
    readonly text: string | null;
  }[];
};

/** The newest mails, newest first. */
export type MailStore = {
  add(mail: Omit<Mail, 'id'>): Mail;
  /** `to`: an address, whole, any case. `after`: ISO instant; only mails received after it. */
  find(filter: { to?: string | null; after?: string | null }): Mail[];
  get(id: string): Mail | undefined;
  clear(): void;
};

const KEPT = 500;

/** Makes an empty store of the last {@link KEPT} mails. */
export function createMailStore(): MailStore {
  let mails: Mail[] = [];
  let count = 0;
  return {
    add(mail) {
      count += 1;
      const stored = { ...mail, id: String(count) };
      mails = [stored, ...mails].slice(0, KEPT);
      return stored;
    },
    find({ to, after }) {
      const wanted = to?.toLowerCase();
      return mails.filter(
        (mail) =>
          (wanted === undefined || mail.to.some((address) => address.toLowerCase() === wanted)) &&
          (after === undefined || after === null || mail.receivedAt > after),
      );
    },
    get: (id) => mails.find((mail) => mail.id === id),
    clear() {
      mails = [];
    },
  };
}
