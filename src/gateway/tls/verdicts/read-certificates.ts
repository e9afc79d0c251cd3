import { X509Certificate } from 'node:crypto'
import { verdict, type Verdict } from './catalogue.ts'
import { readPem, type PemContent } from './pem.ts'

export interface CertificatesRead {
  /** In the order of the file. */
  readonly certificates: readonly X509Certificate[]
  readonly verdicts: readonly Verdict[]
}

/** The certificates of a PEM file. Where there is none, a verdict says why. */
export function readCertificates(content: string | Uint8Array): CertificatesRead {
  const pem = readPem(content)
  if (pem.binary) return { certificates: [], verdicts: [binaryVerdict(Buffer.from(content))] }
  const certificates: X509Certificate[] = []
  for (const [index, { text }] of pem.blocks.filter(({ label }) => label === 'CERTIFICATE').entries()) {
    const certificate = parse(text)
    if (certificate === null) return { certificates, verdicts: [damaged(index + 1)] }
    certificates.push(certificate)
  }
  if (certificates.length === 0) return { certificates, verdicts: [nothingThere(pem, content)] }
  return { certificates, verdicts: pem.mended.length === 0 ? [] : [pasted(pem.mended)] }
}

function parse(content: string | Buffer): X509Certificate | null {
  try {
    return new X509Certificate(content)
  } catch {
    return null
  }
}

function binaryVerdict(content: Buffer): Verdict {
  return parse(content) === null
    ? verdict(
        'der-given',
        'The file is binary. It may be a PKCS #12 file (.pfx, .p12) with certificate and key in one.',
        'Take it apart: openssl pkcs12 -in FILE.pfx -nokeys -out fullchain.pem; openssl pkcs12 -in FILE.pfx -nocerts -noenc -out privkey.pem',
      )
    : verdict(
        'der-given',
        'The file is a certificate in binary form (DER).',
        'Turn it into PEM: openssl x509 -inform der -in FILE.cer -out fullchain.pem',
      )
}

function damaged(number: number): Verdict {
  return verdict(
    'pem-unreadable',
    `Certificate ${number} of the file is damaged: its text was cut off or changed.`,
    'Copy the file again from where the certificate was issued, as a file and not through a mail or a document.',
  )
}

function nothingThere({ blocks }: PemContent, content: string | Uint8Array): Verdict {
  const labels = blocks.map(({ label }) => label)
  if (labels.some((label) => label.endsWith('CERTIFICATE REQUEST'))) {
    return verdict(
      'pem-unreadable',
      'The file is a certificate request, not a certificate.',
      'Send the request to the certification authority, and use the certificate that it returns.',
    )
  }
  if (labels.includes('PKCS7')) {
    return verdict(
      'pem-unreadable',
      'The file is a PKCS #7 bundle (.p7b), which servers do not read.',
      'Turn it into PEM: openssl pkcs7 -print_certs -in FILE.p7b -out fullchain.pem',
    )
  }
  if (labels.some((label) => label.endsWith('PRIVATE KEY'))) {
    return verdict(
      'files-swapped',
      'The file that should hold the certificate holds a private key.',
      'Give the certificate (often fullchain.pem) as server.tls.certificate, and the key (privkey.pem) as server.tls.privateKey.',
    )
  }
  const empty = Buffer.from(content).toString('latin1').trim() === ''
  const cutOff = Buffer.from(content).includes('-----BEGIN CERTIFICATE-----')
  return verdict(
    'pem-unreadable',
    empty
      ? 'The file is empty.'
      : cutOff
        ? 'The certificate in the file is cut off: its last line is missing.'
        : 'The file has no certificate in it.',
    'Use the PEM file with the whole chain; it begins with -----BEGIN CERTIFICATE----- and is often called fullchain.pem.',
  )
}

function pasted(mended: readonly string[]): Verdict {
  return verdict(
    'pasted-text',
    `The file has ${mended.join(' and ')}. Signpost reads it all the same; other programs may not.`,
    'Write it again as plain UTF-8 text: openssl x509 -in FILE -out FILE.new (or copy it as a file, without an editor).',
  )
}
