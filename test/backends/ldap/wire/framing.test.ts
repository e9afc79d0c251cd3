import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFramer, NotLdapError } from '../../../../src/backends/ldap/wire/framing.ts'

/** A message with its length in as many bytes as asked for; 0: the short form. */
function message(size: number, lengthBytes: number): Buffer {
  const content = Buffer.alloc(size, 0x30)
  if (lengthBytes === 0) return Buffer.concat([Buffer.from([0x30, size]), content])
  const length = Buffer.alloc(lengthBytes)
  length.writeUIntBE(size, 0, lengthBytes)
  return Buffer.concat([Buffer.from([0x30, 0x80 + lengthBytes]), length, content])
}

const anyMessage = fc.oneof(
  fc.nat(127).map((size) => message(size, 0)),
  fc.nat(255).map((size) => message(size, 1)),
  fc.nat(2_000).map((size) => message(size, 2)),
  fc.nat(300).map((size) => message(size, 4)),
)

describe('messages in a stream of bytes', () => {
  it('come out whole, however they arrive', () => {
    fc.assert(
      fc.property(
        fc.array(anyMessage, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 700 })),
        (messages, cuts) => {
          const received: Buffer[] = []
          const push = createFramer((one) => received.push(Buffer.from(one)))
          let rest = Buffer.concat(messages)
          for (const cut of cuts) {
            push(rest.subarray(0, cut))
            rest = rest.subarray(cut)
          }
          for (const byte of rest) push(Buffer.from([byte]))
          expect(received.map((one) => one.toString('hex'))).toEqual(
            messages.map((one) => one.toString('hex')),
          )
        },
      ),
    )
  })

  it.each(['31', '00', '3080', '3085', '30ff', '3084ffffffff', '308404000001'])(
    'cannot begin with %s',
    (hex) => {
      expect(() => createFramer(() => undefined)(Buffer.from(hex, 'hex'))).toThrow(NotLdapError)
    },
  )
})
