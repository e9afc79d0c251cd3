import { describe, expect, it } from 'vitest'
import { parsePhoneNumber } from '../../src/matrix/phone.ts'
import { canonicalAddress } from '../../src/matrix/threepid.ts'

describe('parsePhoneNumber', () => {
  it.each([
    ['07700900001', 'GB', '447700900001', '+44 7700 900001'],
    ['+447700900001', 'GB', '447700900001', '+44 7700 900001'],
    ['0044 7700 900001', 'GB', '447700900001', '+44 7700 900001'],
    ['(415) 555-2671', 'US', '14155552671', '+1 415 555 2671'],
    ['+1 415 555 2671', 'GB', '14155552671', '+1 415 555 2671'],
    ['+39 06 698 12345', 'IT', '390669812345', '+39 06 6981 2345'],
    ['06 698 12345', 'IT', '390669812345', '+39 06 6981 2345'],
    ['011 44 7700 900001', 'US', '447700900001', '+44 7700 900001'],
    ['+49 (0)170 1234567', 'GB', '491701234567', '+49 170 1234567'],
    ['(0)170 1234567', 'DE', '491701234567', '+49 170 1234567'],
    ['0170/1234567', 'DE', '491701234567', '+49 170 1234567'],
    ['0170.123.4567', 'DE', '491701234567', '+49 170 1234567'],
    ['＋44 7700 900001', 'GB', '447700900001', '+44 7700 900001'],
    ['07700900001', 'gb', '447700900001', '+44 7700 900001'],
    ['+2250102030405', 'CI', '2250102030405', '+225 01 02 03 0405'],
    ['+800 1234 5678', 'GB', '80012345678', '+800 1234 5678'],
    ['+447700900001', 'XX', '447700900001', '+44 7700 900001'],
    ['+447700900001', '', '447700900001', '+44 7700 900001'],
  ])('reads %s dialled from %j as %s', (number, country, msisdn, international) => {
    expect(parsePhoneNumber(number, country)).toMatchObject({ msisdn, international })
    expect(canonicalAddress('msisdn', msisdn)).toBe(msisdn)
  })

  it.each([
    ['too short for its country', '12', 'GB'],
    ['too long for its country', '0770090000123', 'GB'],
    ['text', 'zzz', 'GB'],
    ['nothing', '', 'GB'],
    ['a lone plus sign', '+', 'GB'],
    ['a national number from an unknown country', '123', 'XX'],
    ['a national number without a country', '07700900001', ''],
    ['a country named like an inherited property', '07700900001', 'constructor'],
    ['a number within text', 'call +447700900001 now', 'GB'],
    ['a trailing line feed', '+447700900001\n', 'GB'],
    ['an extension', '+49 30 123456 ext. 12', 'DE'],
    ['an emergency number', '110', 'DE'],
    ['very long input', '1'.repeat(100_000), 'US'],
  ])('refuses %s', (_name, number, country) => {
    expect(parsePhoneNumber(number, country)).toBeNull()
  })

  it('names the country of the number, not the one it was dialled from', () => {
    expect(parsePhoneNumber('+1 415 555 2671', 'GB')?.country).toBe('US')
    expect(parsePhoneNumber('+44 1534 123456', 'GB')?.country).toBe('JE')
    expect(parsePhoneNumber('+7 701 234 5678', 'RU')?.country).toBe('KZ')
  })

  it('names the main country of the calling code for a range it does not know', () => {
    expect(parsePhoneNumber('07700900001', 'GB')?.country).toBe('GB')
    expect(parsePhoneNumber('+447700900001', 'FR')?.country).toBe('GB')
  })

  it('names no country for numbers that belong to none', () => {
    expect(parsePhoneNumber('+800 1234 5678', 'GB')?.country).toBeNull()
  })
})
