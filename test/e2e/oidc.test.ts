import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  access,
  ldapInput,
  personLdif,
  schoolLdif,
  startSchool,
  suffix,
} from '../backends/ldap/support/school-directory.ts'
import { noChromium } from '../desktop/driver/chromium.ts'
import { openBrowser, type TestBrowser } from '../gui/support/browser.ts'
import { clientId } from '../oidc/support/relying-party.ts'
import { passwordOf, startOidcWorld, type OidcWorld } from '../oidc/support/world.ts'
import { describeWith } from '../support/skip.ts'
import { ldifEntry, slapdUnavailable, type Slapd } from '../support/slapd.ts'

const pictures = resolve(import.meta.dirname, '../../.cache/screenshots')

/** A directory with a password policy: three wrong passwords lock an account. */
function startStrictSchool(): Promise<Slapd> {
  const policy = ldifEntry(`cn=policy,${suffix}`, {
    objectClass: ['organizationalRole', 'pwdPolicy'],
    ...{ cn: 'policy', pwdAttribute: 'userPassword', pwdLockout: 'TRUE', pwdMaxFailure: '3' },
  })
  const disabled = personLdif('disabled', { userPassword: 'pw', pwdAccountLockedTime: '000001010000Z' })
  const forgetful = personLdif('forgetful', { userPassword: 'pw' })
  const overlay = ['overlay ppolicy', `ppolicy_default "cn=policy,${suffix}"`, 'ppolicy_use_lockout']
  return startSchool({
    ldif: schoolLdif + policy + disabled + forgetful,
    settings: ['moduleload ppolicy'],
    databaseSettings: [...access, ...overlay],
  })
}

describeWith('slapd and Chromium', slapdUnavailable() ?? noChromium, 'MAS, a person and a directory', () => {
  let slapd: Slapd
  let world: OidcWorld
  let browser: TestBrowser
  beforeAll(async () => {
    slapd = await startStrictSchool()
    world = await startOidcWorld({ backends: [ldapInput(slapd, { timeout: '5s' })] })
    browser = await openBrowser()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
    await slapd?.stop()
  })

  async function open(more?: Readonly<Record<string, string>>) {
    const started = await world.party.begin(more)
    const page = await browser.newPage({ javaScriptEnabled: false })
    await page.goto(started.url.href)
    return { page, started }
  }

  async function type(page: Page, user: string, password: string): Promise<void> {
    await page.getByLabel('User name or e‑mail address').fill(user)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForLoadState()
  }

  test('a person signs in without scripts, after a wrong password, and MAS knows who it is', async () => {
    const { page, started } = await open()
    expect(await page.title()).toBe('Sign in · example.org')
    await type(page, 'anna', 'wrong')
    expect(await page.getByRole('alert').textContent()).toContain('do not fit together')
    expect(await page.getByLabel('User name').inputValue()).toBe('anna')
    await type(page, 'anna', passwordOf('anna'))
    expect(await page.getByRole('heading').textContent()).toBe('Back at the client')
    const tokens = await world.party.finish(new URL(page.url()), started)
    const keys = createRemoteJWKSet(new URL(String(world.party.metadata.jwks_uri)))
    const { payload } = await jwtVerify(String(tokens.id_token), keys, {
      issuer: world.issuer,
      audience: clientId,
    })
    expect(payload).toMatchObject({
      sub: '@anna:example.org',
      preferred_username: 'anna',
      name: 'Anna Meier',
      email: 'anna.meier@school.example',
      roles: expect.arrayContaining(['teachers', 'staff']) as string[],
    })

    const next = await world.party.begin()
    await page.goto(next.url.href)
    expect((await world.party.finish(new URL(page.url()), next)).claims()?.sub).toBe('@anna:example.org')
  })

  test('a disabled account and one that the directory has locked are told what a wrong password is', async () => {
    const { page } = await open()
    const said = async (user: string, password: string) => {
      await type(page, user, password)
      return await page.getByRole('alert').textContent()
    }
    const wrong = await said('bob', 'wrong')
    expect(await said('disabled', 'pw')).toBe(wrong)
    for (let count = 0; count < 3; count++) expect(await said('forgetful', 'wrong')).toBe(wrong)
    expect(await said('forgetful', 'pw')).toBe(wrong)
    expect(new URL(page.url()).origin).toBe(new URL(world.issuer).origin)
  })

  test('going back after signing in shows no form that could be sent again', async () => {
    const { page } = await open()
    const form = page.url()
    await type(page, 'anna', passwordOf('anna'))
    await page.goto(form)
    expect(await page.getByRole('heading').textContent()).toBe('You are not signed in')
  })

  test('signing out asks first, and the next sign-in asks for the password', async () => {
    const { page, started } = await open()
    await type(page, 'anna', passwordOf('anna'))
    const { id_token } = await world.party.finish(new URL(page.url()), started)
    await page.goto(world.party.signOutUrl(String(id_token)).href)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Signed out' }).waitFor()
    await page.goto((await world.party.begin()).url.href)
    expect(await page.getByLabel('Password').count()).toBe(1)
  })

  test.each(['light', 'dark'] as const)(
    'the page fits narrow and wide windows in %s',
    async (colorScheme) => {
      await mkdir(pictures, { recursive: true })
      for (const width of [320, 390, 1440]) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 780 } })
        await page.goto((await world.party.begin()).url.href)
        await type(page, 'a.rather.long.name.of.somebody@school.example', 'wrong')
        const overflow = await page.evaluate<number>(
          'document.documentElement.scrollWidth - window.innerWidth',
        )
        expect(overflow).toBeLessThanOrEqual(0)
        const path = join(pictures, `oidc-sign-in-${colorScheme}-${width}.png`)
        await page.screenshot({ path, fullPage: true })
        await page.context().close()
      }
    },
  )
})
