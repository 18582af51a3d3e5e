/** Binds the start of a BankID order, which may be a signature on something of an organisation. */
import { bankIdStartWith } from '../../identity/bankId/functions.ts';
import { accessReviewText } from './signingText.ts';

export const bankIdStart = /* @__PURE__ */ bankIdStartWith(accessReviewText);
