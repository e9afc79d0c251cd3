import { expect, test } from 'vitest'
import { configSchema } from '../../src/config/schema.ts'
import { createLimits } from '../../src/http/limits.ts'
import { MatrixError } from '../../src/matrix/errors.ts'
import { manualClock } from '../support/outgoing.ts'

const one = { perMinute: 1, burst: 1 }
const config = configSchema.parse({ rateLimits: { submitTokenPerIp: one, requestTokenPerAddress: one } })
const limitsOf = () => createLimits(() => config, manualClock())

test('a client with a whole IPv6 network has one budget per IP, whatever address it takes', () => {
  const { submitTokenPerIp } = limitsOf()
  submitTokenPerIp.take('2001:db8::1')
  expect(() => submitTokenPerIp.take('2001:db8::ffff:2')).toThrow(MatrixError)
  expect(() => submitTokenPerIp.take('2001:db8:0:1::1')).not.toThrow()
})

test('limits that are not per IP keep their keys as they are', () => {
  const { requestTokenPerAddress } = limitsOf()
  requestTokenPerAddress.take('2001:db8::1')
  expect(() => requestTokenPerAddress.take('2001:db8::2')).not.toThrow()
})
