import type { Texts } from '../format-text.ts'

export const texts = {
  title: 'Associations',
  description:
    'Addresses that people have published themselves. They come before every directory in a lookup.',
  list: 'Associations',
  address: 'Address',
  mxid: 'Matrix ID',
  since: 'Since',
  search: 'Whole address or Matrix ID',
  find: 'Find',
  unbind: 'Take out',
  unbindTitle: 'Take this address out of the lookups?',
  unbindBody:
    'Nobody finds {mxid} by {address} any more. Its owner gets a mail about it, unless the policies say otherwise, and can publish it again.',
  keep: 'Keep',
  unbound: 'It is taken out.',
  notBound: 'It was not published any more.',
  actions: 'Actions',
  nothing: 'Nobody has published an address yet',
  nothingBody:
    'When somebody adds an address in the settings of a Matrix client and lets others find it, it appears here. People of your directories need not do that.',
  nothingFits: 'No association fits',
  nothingFitsBody: 'Search finds whole addresses and Matrix IDs only.',
  download: 'Download as CSV',
  downloading: '{count} so far',
} as const satisfies Texts
