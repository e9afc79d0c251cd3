import { expect, it } from 'vitest'
import { limitKey } from '../../src/net/limit-key.ts'

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2::7', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2:0::1', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['2001:db8:1:3::7', '2001:db8:1:3::/64'],
  ['', ''],
])('in rate limits, the client %j counts as %j', (address, key) => {
  expect(limitKey(address)).toBe(key)
})
