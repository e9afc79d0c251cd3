import type { texts as english } from '../en/associations.ts'
import type { Translation } from '../format-text.ts'

export const texts: Translation<typeof english> = {
  title: 'Zuordnungen',
  description:
    'Adressen, die Menschen selbst veröffentlicht haben. Sie gehen in jeder Suche den Verzeichnissen vor.',
  list: 'Zuordnungen',
  address: 'Adresse',
  mxid: 'Matrix-ID',
  since: 'Seit',
  search: 'Ganze Adresse oder Matrix-ID',
  find: 'Suchen',
  unbind: 'Herausnehmen',
  unbindTitle: 'Diese Adresse aus der Suche nehmen?',
  unbindBody:
    'Niemand findet {mxid} mehr über {address}. Der Eigentümer bekommt darüber eine E-Mail, wenn die Richtlinien nichts anderes sagen, und kann sie wieder veröffentlichen.',
  keep: 'Behalten',
  unbound: 'Sie ist herausgenommen.',
  notBound: 'Sie war schon nicht mehr veröffentlicht.',
  actions: 'Aktionen',
  nothing: 'Noch hat niemand eine Adresse veröffentlicht',
  nothingBody:
    'Wenn jemand in den Einstellungen eines Matrix-Clients eine Adresse hinzufügt und sich darüber finden lässt, erscheint sie hier. Menschen aus Ihren Verzeichnissen brauchen das nicht.',
  nothingFits: 'Keine Zuordnung passt',
  nothingFitsBody: 'Gesucht wird nach ganzen Adressen und Matrix-IDs.',
  download: 'Als CSV herunterladen',
  downloading: 'bisher {count}',
}
