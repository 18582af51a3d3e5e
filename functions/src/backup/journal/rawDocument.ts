/**
 * Documents as Firestore sends and takes them, past the Admin SDK's conversion: that one reads 2 and 2.0 alike and writes both
 * as an integer, so a document that went through it is not always the same document.
 *
 * Guarantees: a document that is read and written here is stored as it was, byte for byte of each value. Uses two members of
 * the pinned SDK that its types do not name; tests/integration/backup/journal.test.ts fails when they change their meaning.
 */
import type { DocumentData, DocumentSnapshot } from 'firebase-admin/firestore';
import { fieldsOfText, textOfFields, type ProtoFields } from './documentText.ts';

/** The canonical text of a snapshot's fields; null for a document that does not exist. Throws a TypeError for unknown kinds of values. */
export function textOfSnapshot(snapshot: DocumentSnapshot): string | null {
  if (!snapshot.exists) return null;
  const { _fieldsProto } = snapshot as unknown as { _fieldsProto?: ProtoFields }; // the SDK's own member, see above
  if (_fieldsProto === undefined) throw new TypeError('the Firestore SDK gives no raw fields');
  return textOfFields(_fieldsProto);
}

/** Fields for `set` and `create` that are stored exactly as a text of {@link textOfSnapshot} says. */
export function dataOfText(text: string): DocumentData {
  return Object.fromEntries(Object.entries(fieldsOfText(text)).map(([name, value]) => [name, new RawValue(value)]));
}

/** A value that the SDK's serializer takes as it is. A class, because an object without one would be stored as a map. */
class RawValue {
  readonly _protoValueType = 'ProtoValue';
  readonly _toProto: () => unknown;

  constructor(value: unknown) {
    this._toProto = () => value;
  }
}
