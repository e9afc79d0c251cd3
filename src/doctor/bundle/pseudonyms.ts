import { createHmac } from 'node:crypto'

/**
 * Stands-ins for what names people and places. Within one bundle equal things have equal ones, so that a reader can
 * follow a person through it; the key is thrown away, so that nobody can compare two bundles or try out guesses.
 */
export interface Pseudonyms {
  /** An e-mail address: `person-k3f9ab@h-1c2d3e.org`. */
  email(address: string): string
  /** A localpart, alone or in a Matrix ID: `user-k3f9ab`. */
  user(localpart: string): string
  /** A host name: `matrix.h-1c2d3e.org`. Ending and usual first labels stay, as does what two names have in common. */
  host(name: string): string
  phone(digits: string): string
  /** Anything else, by its kind: `room-k3f9ab`. */
  thing(kind: string, value: string): string
}

/** Labels that say what a machine is for, and not whose it is. */
const usualLabels: ReadonlySet<string> = new Set(
  'www matrix mail smtp imap mx ldap ldaps ad dc id identity chat element synapse auth sso ns ns1 ns2 _matrix _matrix-fed _matrix-identity _tcp'.split(
    ' ',
  ),
)

/** Names of this machine and of nobody, RFC 6761 and RFC 2606. */
const nobodysNames = /^(localhost|localhost\.localdomain|(.+\.)?invalid)$/i

/** `key`: 32 random bytes, drawn for one bundle. */
export function createPseudonyms(key: Buffer): Pseudonyms {
  const code = (kind: string, value: string) =>
    BigInt(`0x${createHmac('sha256', key).update(`${kind}\0${value}`).digest('hex')}`)
      .toString(36)
      .slice(0, 8)
  const thing = (kind: string, value: string) => `${kind}-${code(kind, value)}`

  function host(name: string): string {
    const labels = name.toLowerCase().replace(/\.$/, '').split('.')
    if (nobodysNames.test(name)) return name
    const shown = labels.map((label, index) => {
      const isEnding = index === labels.length - 1 && labels.length > 1 && /^\p{L}{2,24}$/u.test(label)
      if (isEnding || (usualLabels.has(label) && labels.length > 1)) return label
      // With what follows it: equal labels under different domains are different machines.
      return thing('h', labels.slice(index).join('.'))
    })
    return shown.join('.')
  }

  return {
    host,
    thing,
    user: (localpart) => thing('user', localpart.toLowerCase()),
    phone: (digits) => thing('phone', digits.replaceAll(/\D/g, '').replace(/^00/, '')),
    email(address) {
      const at = address.lastIndexOf('@')
      return `${thing('person', address.toLowerCase())}@${host(address.slice(at + 1))}`
    },
  }
}
