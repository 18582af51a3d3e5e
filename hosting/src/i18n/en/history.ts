/** English: the history of one person. */
import type { Messages } from '../messages.ts';

export const history: Messages['history'] = {
  title: 'History of a person',
  heading: (id) => `History of person ${id}`,
  intro: 'Which fields have been changed and read, when and by whom. The log has the names of fields, never their content.',
  toPerson: 'To the person',
  toLog: 'Show in the log',
  print: 'Print the whole history',
  printHint:
    'For the person concerned: on paper there are roles instead of names, as in the register extract. Networks of the staff are not shown.',
  onPaper: (organisation, id) =>
    `${organisation}. The person’s id in the register: ${id}. The characters after the role begin a random account number: the same characters are the same person.`,
  fieldsTitle: 'Field by field',
  fieldsIntro: 'The last time for each field.',
  noFields: 'No field has been changed or read.',
  field: 'Field',
  changed: 'Changed',
  read: 'Read',
  never: 'never',
  times: (count) => `${count} times`,
  timelineTitle: 'In order of time',
  span: (from, to) => `${from}–${to}`,
  together: (others) => `together with ${others} others`,
  emptyTitle: 'No history',
  emptyText: 'Nothing in the log is about this person.',
};
