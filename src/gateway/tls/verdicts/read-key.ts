import { createPrivateKey, type KeyObject } from 'node:crypto'
import { verdict, type Verdict } from './catalogue.ts'
import { readPem } from './pem.ts'

export type KeyRead = { readonly key: KeyObject } | { readonly verdict: Verdict }

/** The private key of a PEM file. */
export function readKey(content: string | Uint8Array): KeyRead {
  const pem = readPem(content)
  if (pem.binary) {
    return unreadable(
      'The key file is binary (DER).',
      'Turn it into PEM: openssl pkey -inform der -in FILE.key -out privkey.pem',
    )
  }
  const block = pem.blocks.find(({ label }) => label.endsWith('PRIVATE KEY'))
  if (block === undefined) {
    return pem.blocks.some(({ label }) => label === 'CERTIFICATE')
      ? unreadable(
          'The key file holds certificates, but no private key.',
          'Give the file with the key (often privkey.pem) as server.tls.privateKey.',
        )
      : unreadable(
          'The key file has no private key in it.',
          'Use the PEM file whose first line ends with PRIVATE KEY-----; it was made together with the certificate request.',
        )
  }
  if (block.label.startsWith('ENCRYPTED') || /^Proc-Type: 4,ENCRYPTED/m.test(block.text)) {
    return {
      verdict: verdict(
        'key-encrypted',
        'The private key is protected by a passphrase, which nobody can type when Signpost starts by itself.',
        'Write it without one, readable by Signpost alone: (umask 077; openssl pkey -in FILE.key -out privkey.pem)',
      ),
    }
  }
  try {
    return { key: createPrivateKey(block.text) }
  } catch {
    return unreadable(
      'The private key is damaged: its text was cut off or changed.',
      'Copy the file again, as a file. If there is no whole copy, make a new key and let the certificate be issued anew.',
    )
  }
}

const unreadable = (detail: string, fix: string): KeyRead => ({
  verdict: verdict('key-unreadable', detail, fix),
})
