import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Settings',
  description: 'Every key of {file}. Most have a page that explains them better; here is all of it.',
  search: 'Search settings',
  searchHint: 'A word from the name or the explanation',
  nothingFound: 'No setting fits',
  nothingFoundBody: 'Try another word, or a part of the name of the key.',
  clearSearch: 'Clear the search',
  fromFile: 'Set in the file.',
  toDefault: 'Back to the default',
  takeBack: 'Take this change back',
  example: 'Example:',
  unsaved: { one: 'One change is not saved', other: '{count} changes are not saved' },
  why: 'Why? (for the list of changes)',
  save: 'Save',
  discard: 'Discard',
  saved: 'Saved.',
  savedBody: 'It is in the list of changes, where it can be undone.',
  refusedTitle: 'The last restart failed; the former settings are in force again',
  refusedKept: 'What was refused is kept as {file}.',
} as const satisfies Texts
