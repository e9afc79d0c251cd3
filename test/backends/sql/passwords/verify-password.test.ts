import { describe, expect, it } from 'vitest'
import { verifyPassword } from '../../../../src/backends/sql/passwords/verify-password.ts'

const password = 'correct horse "battery" \\ stäple'

/** Each was made by another program than Signpost and its libraries. */
const hashes: readonly (readonly [origin: string, hash: string])[] = [
  ['libcrypt, bcrypt $2b$', '$2b$05$abcdefghijklmnopqrstuugRs.xGDZ34Mv3D7xpchlJD7zSTtIkoy'],
  ['libcrypt, bcrypt $2y$', '$2y$05$abcdefghijklmnopqrstuugRs.xGDZ34Mv3D7xpchlJD7zSTtIkoy'],
  ['Django, bcrypt', 'bcrypt$$2b$05$abcdefghijklmnopqrstuugRs.xGDZ34Mv3D7xpchlJD7zSTtIkoy'],
  ['Dovecot, {BLF-CRYPT}', '{BLF-CRYPT}$2y$05$abcdefghijklmnopqrstuugRs.xGDZ34Mv3D7xpchlJD7zSTtIkoy'],
  [
    'libcrypt and hashlib, Django bcrypt_sha256',
    'bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuuwPufMiGrbWl7HelLeF8u.faXA/RQItC',
  ],
  ['libcrypt and hmac, WordPress 6.8', '$wp$2y$05$abcdefghijklmnopqrstuuVo1X2Tf7uiGj2OXFtxvvEHFD3a1MjE.'],
  [
    'argon2-cffi, argon2i',
    '$argon2i$v=19$m=256,t=2,p=2$c29tZXNhbHQxMjM0NTY3OA$307GprOF1lLMoDF9sXz8wteyDb2cpJCkGxdOfUYN+DQ',
  ],
  [
    'argon2-cffi, argon2d',
    '$argon2d$v=19$m=256,t=2,p=2$c29tZXNhbHQxMjM0NTY3OA$R6ZL7OVqZLFMACpDuC84rLpBgTL2GK8qZFKXzCbD3sw',
  ],
  [
    'argon2-cffi, argon2id',
    '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQxMjM0NTY3OA$s8HL/UsH3/7xCRZvJHf38opmhQBkLyfvwz+DRnocOjg',
  ],
  [
    'Django, argon2',
    'argon2$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQxMjM0NTY3OA$s8HL/UsH3/7xCRZvJHf38opmhQBkLyfvwz+DRnocOjg',
  ],
  [
    'passlib, scrypt',
    '$scrypt$ln=10,r=8,p=1$835vDQFASKmVMqZUqhViDA$ezb9BYWAjSj0UwNG7b39w1OfZMd6oyzXUPUCjDZ4GhA',
  ],
  [
    'hashlib, scrypt of Django',
    'scrypt$16384$seasalt$8$1$quaBsQUGLTJOnnNF3nHkD21bZ9Nj/ibCB9zTmSsgEqsOL0ni5Q998i7DKI+QHHLNyrSmsvEyTaq55B/eIa0yGg==',
  ],
  [
    'hashlib, scrypt of Werkzeug',
    'scrypt:32768:8:1$saltsalt$2fd19990f6799970763b30343307186b72f50d2c7660472a2fcff2f5da205d69715c8e719a10fb2870d03131735aa316433a9925b6d29e4565326305db6810ef',
  ],
  ['passlib, PBKDF2 with SHA-1', '$pbkdf2$1000$SgkhBMB4jzGGkBIiZIwxRg$Zgf2nGQtQbB4jLUSMsOZBsuP5e8'],
  [
    'passlib, PBKDF2 with SHA-256',
    '$pbkdf2-sha256$1000$oNT6n9M6Z.w9h5Cytva.Nw$qNj0488F8cTsQzlk243BNYVyY0lnvoHHvTjzVEvlf4k',
  ],
  [
    'passlib, PBKDF2 with SHA-512',
    '$pbkdf2-sha512$1000$2/s/B.A8B.B8b815D0EIYQ$UBVJ6W9JXrPXSAB3Vt.XpE2Ss4lQuPOQkbMv6KBzziUORrLkAQGZXtgPlA4B/2WVq2jAuXzRNL3lbFjuJQLkdQ',
  ],
  [
    'passlib, {PBKDF2-SHA256} of OpenLDAP',
    '{PBKDF2-SHA256}1000$L0Wo1XovhZDSmhOiNCYkZA$E60ae/EB5xBfNW8S5dTZ/UHl5qwC1UkHOj4FvJS.iT8',
  ],
  [
    'passlib, PBKDF2 of Django',
    'pbkdf2_sha256$1000$ffrFIJoVM56H$Nl5/85XCaVKeMsatU5vBQFpDESiyUxsM5dCNg4MXBn0=',
  ],
  [
    'hashlib, PBKDF2 of Werkzeug',
    'pbkdf2:sha256:1000$saltsalt$f2f9be5ac521504a48ca4c77b42bb58ad560c34af45bfa2b1608f2fafa472466',
  ],
  ['slappasswd, {SSHA}', '{SSHA}zSKMXYWQY0+EpSLhCkq2zEVVAvQCbUB1'],
  ['hashlib, {SSHA256}', '{SSHA256}oNAuDZ8BdvbzwZKqOXVS5IxV3ywqzPipCuadQkl7UQsBAgME//79/A=='],
  [
    'passlib, {SSHA512}',
    '{SSHA512}HK5y80bfR0egtpWx3ECk7Ea5ifpgX+lQJX22wGvWeExDvMg9meL16SMfdOLm35MsmW4wXLAtI2Y6shpY97JvTgYg5LzXOgcg',
  ],
  ['hashlib, {SHA}', '{SHA}lS4Ao2gYxg+Kq0pkRL3CmwqL/YE='],
  [
    'openssl passwd -6',
    '$6$abcdefgh$4JzrytqmmBxO/ybo8feu.EB7AzNb7mtvNwTbxAaruY2gGZvWLNta0ZEc8YDPVKNr/tSzLFl585Mn9IxS2bNqX.',
  ],
  [
    'libcrypt, $6$ with rounds, in {CRYPT}',
    '{CRYPT}$6$rounds=10000$saltstringsaltst$I/pSQthl1vAc6Rpp3GamK0e01xjP/1nK0b7cjKl2CN8IHGdg18U5v3c2HtXyTEmQFAK8/rNKvpgio3u46Dg6j/',
  ],
  ['libcrypt, $5$', '$5$rounds=5000$toolongsaltstrin$KHduIF/ePkxVHM0dV9CoQUjo3THRvGDfl5usOYMy2VB'],
  ['passlib, phpass', '$P$5OmggGhae.kEfUDEdxMlAdwWTqKgKx0'],
]

const others: readonly (readonly [origin: string, password: string, hash: string])[] = [
  [
    'openssl passwd and libcrypt, $5$ and $6$ without rounds',
    'Hello world!',
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  [
    'openssl passwd and libcrypt, $5$ and $6$ without rounds',
    'Hello world!',
    '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
  ],
  ['phpass, test.php', 'test12345', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'],
]

const verify = (text: string, hash: string, plain = false) => verifyPassword(text, hash, { plain })

describe('a stored password', () => {
  it.each(hashes)('of %s lets its password in and no other', async (_, hash) => {
    expect(await verify(password, hash)).toEqual({ type: 'right' })
    expect(await verify(`${password}x`, hash)).toEqual({ type: 'wrong' })
    expect(await verify('', hash)).toEqual({ type: 'wrong' })
    expect(await verify(hash, hash)).toEqual({ type: 'wrong' })
  })

  it.each(others)('of %s is known', async (_, text, hash) => {
    expect(await verify(text, hash)).toEqual({ type: 'right' })
  })

  it('of bcrypt counts 72 bytes, as everywhere', async () => {
    const ofEightyX = '$2y$05$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q'
    expect(await verify('x'.repeat(80), ofEightyX)).toEqual({ type: 'right' })
    expect(await verify('x'.repeat(72), ofEightyX)).toEqual({ type: 'right' })
    expect(await verify('x'.repeat(71), ofEightyX)).toEqual({ type: 'wrong' })
  })

  it('never ends at a NUL', async () => {
    expect(await verify(`${password}\0x`, hashes[0]?.[1] ?? '')).toEqual({ type: 'wrong' })
  })

  it('in plain text counts only where that is switched on', async () => {
    expect(await verify('secret', 'secret')).toEqual({ type: 'unknown-scheme', scheme: 'an unknown format' })
    expect(await verify('secret', 'secret', true)).toEqual({ type: 'right' })
    expect(await verify('secrex', 'secret', true)).toEqual({ type: 'wrong' })
    expect(await verify('$2y$10$notahash', '$2y$10$notahash', true)).toEqual({ type: 'right' })
  })

  it('that is a hash is no password, even where plain text counts', async () => {
    for (const [, hash] of hashes) expect(await verify(hash, hash, true)).toEqual({ type: 'wrong' })
  })

  it.each([
    ['$1$saltsalt$4px9i58NU2Z2/vZOUlGjq.', 'MD5-crypt ($1$)'],
    ['$apr1$saltsalt$Q17bmANhIA7pctgRGqF/S0', 'Apache MD5 ($apr1$)'],
    ['$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7', 'yescrypt'],
    ['{MD5}CY9rzUYh03PK3k6DJie09g==', 'MD5'],
    ['098f6bcd4621d373cade4e832627b4f6', 'MD5 without a salt'],
    ['$2b$10$short', 'bcrypt, but damaged'],
    ['geheim$my-own-password', 'an unknown format'],
  ])('in the format %s is named without being quoted', async (hash, scheme) => {
    expect(await verify('test', hash)).toEqual({ type: 'unknown-scheme', scheme })
  })

  it.each([
    `$2b$31$${'a'.repeat(53)}`,
    '$argon2id$v=19$m=67108864,t=3,p=4$c29tZXNhbHQxMjM0NTY3OA$s8HL/UsH3/7xCRZvJHf38opmhQBkLyfvwz+DRnocOjg',
    '$argon2id$v=19$m=65536,t=4000000000,p=1$c29tZXNhbHQxMjM0NTY3OA$s8HL/UsH3/7xCRZvJHf38opmhQBkLyfvwz+DRnocOjg',
    '$argon2id$v=19$m=8,t=1,p=60$c29tZXNhbHQxMjM0NTY3OA$s8HL/UsH3/7xCRZvJHf38opmhQBkLyfvwz+DRnocOjg',
    '$scrypt$ln=30,r=8,p=1$835vDQFASKmVMqZUqhViDA$ezb9BYWAjSj0UwNG7b39w1OfZMd6oyzXUPUCjDZ4GhA',
    'scrypt$16385$seasalt$8$1$quaBsQUGLTJOnnNF3nHkD21bZ9Nj/ibCB9zTmSsgEqs=',
    '$pbkdf2-sha256$4000000000$oNT6n9M6Z.w9h5Cytva.Nw$qNj0488F8cTsQzlk243BNYVyY0lnvoHHvTjzVEvlf4k',
    `$6$rounds=999999999$salt$${'a'.repeat(86)}`,
    `$P$z${'a'.repeat(30)}`,
  ])('that asks for too much is refused before anything is computed: %s', async (hash) => {
    expect(await verify('test', hash)).toMatchObject({ type: 'too-costly' })
  })
})
