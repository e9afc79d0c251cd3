import { createSocket, type Socket } from 'node:dgram'

/** One record; the type decides what `data` has to be. */
export type DnsRecord =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME'; readonly target: string }
  | {
      readonly type: 'SRV'
      readonly target: string
      readonly port: number
      readonly priority?: number
      readonly weight?: number
    }

/** Records, an error, or silence. */
export type DnsAnswer = readonly DnsRecord[] | 'SERVFAIL' | 'REFUSED' | 'silence'

/** A DNS server on a UDP port of 127.0.0.1 that answers what a test tells it. Names nobody set do not exist. */
export interface DnsServer {
  /** `127.0.0.1:port` */
  readonly address: string
  /** Questions so far, as `TYPE name`. */
  readonly questions: readonly string[]
  /** The answer to questions of one type; several answers are given one after the other, the last one for ever. */
  answer(name: string, type: DnsRecord['type'], ...answers: readonly [DnsAnswer, ...DnsAnswer[]]): void
  /** Short for A and AAAA records, by the form of the addresses. */
  host(name: string, ...addresses: readonly string[]): void
  close(): Promise<void>
}

const typeNumbers = { A: 1, CNAME: 5, AAAA: 28, SRV: 33 } as const
const responseCodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const

export async function startDnsServer(): Promise<DnsServer> {
  const answers = new Map<string, DnsAnswer[]>()
  const questions: string[] = []
  const socket = createSocket('udp4')

  const next = (name: string, type: string): DnsAnswer | undefined => {
    const queue = answers.get(`${type} ${name}`)
    return queue !== undefined && queue.length > 1 ? queue.shift() : queue?.[0]
  }

  /** An answer with the records of CNAME targets behind them, as recursive servers give it. */
  const resolve = (name: string, type: string): DnsAnswer | undefined => {
    const direct = next(name, type)
    if (direct !== undefined) return direct
    const alias = next(name, 'CNAME')
    const [record] = Array.isArray(alias) ? alias : []
    if (record?.type !== 'CNAME') return undefined
    const behind = resolve(record.target, type)
    return typeof behind === 'string' ? behind : [record, ...(behind ?? [])]
  }

  socket.on('message', (query, { address, port }) => {
    const question = readQuestion(query)
    questions.push(`${question.type} ${question.name}`)
    const answer = resolve(question.name, question.type)
    if (answer === 'silence') return
    const known = [...answers.keys()].some((key) => key.endsWith(` ${question.name}`))
    const missing = known ? responseCodes.NOERROR : responseCodes.NXDOMAIN
    const code = answer === undefined ? missing : typeof answer === 'string' ? responseCodes[answer] : 0
    const records = Array.isArray(answer) ? answer : []
    socket.send(encodeResponse(query, question, records, code), port, address)
  })
  const port = await listen(socket)

  return {
    address: `127.0.0.1:${port}`,
    questions,
    answer: (name, type, ...list) => void answers.set(`${type} ${name}`, [...list]),
    host(name, ...addresses) {
      const records = addresses.map(
        (address) => ({ type: address.includes(':') ? 'AAAA' : 'A', address }) as const,
      )
      for (const type of ['A', 'AAAA'] as const) {
        const ofType = records.filter((record) => record.type === type)
        if (ofType.length > 0) answers.set(`${type} ${name}`, [ofType])
      }
    },
    close: () => new Promise((done) => socket.close(() => done())),
  }
}

function listen(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port))
  })
}

interface Question {
  readonly name: string
  readonly type: string
  /** The question section as it came. */
  readonly bytes: Buffer
}

function readQuestion(query: Buffer): Question {
  const labels: string[] = []
  let at = 12
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const number = query.readUInt16BE(at + 1)
  const type = Object.entries(typeNumbers).find(([, value]) => value === number)?.[0] ?? String(number)
  return { name: labels.join('.').toLowerCase(), type, bytes: query.subarray(12, at + 5) }
}

function encodeResponse(
  query: Buffer,
  question: Question,
  records: readonly DnsRecord[],
  code: number,
): Buffer {
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x8180 | code, 2) // response, recursion desired and available
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  let owner = question.name
  const encoded = records.map((record) => {
    const bytes = encodeRecord(owner, record)
    if (record.type === 'CNAME') owner = record.target
    return bytes
  })
  return Buffer.concat([header, question.bytes, ...encoded])
}

function encodeRecord(owner: string, record: DnsRecord): Buffer {
  const data = encodeData(record)
  const head = Buffer.alloc(10)
  head.writeUInt16BE(typeNumbers[record.type], 0)
  head.writeUInt16BE(1, 2)
  head.writeUInt32BE(0, 4) // TTL 0: every question is asked anew
  head.writeUInt16BE(data.length, 8)
  return Buffer.concat([encodeName(owner), head, data])
}

function encodeData(record: DnsRecord): Buffer {
  switch (record.type) {
    case 'A':
      return Buffer.from(record.address.split('.').map(Number))
    case 'AAAA':
      return encodeIpv6(record.address)
    case 'CNAME':
      return encodeName(record.target)
    case 'SRV': {
      const numbers = Buffer.alloc(6)
      numbers.writeUInt16BE(record.priority ?? 0, 0)
      numbers.writeUInt16BE(record.weight ?? 0, 2)
      numbers.writeUInt16BE(record.port, 4)
      return Buffer.concat([numbers, encodeName(record.target)])
    }
  }
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '')
  const parts = labels.map((label) =>
    Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')]),
  )
  return Buffer.concat([...parts, Buffer.from([0])])
}

/** Plain hexadecimal groups with at most one `::`. */
function encodeIpv6(address: string): Buffer {
  const [left = '', right] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const head = groups(left)
  const tail = right === undefined ? [] : groups(right)
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return Buffer.from([...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join(''), 'hex')
}
