import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { builtRenderer } from '../../gui/support/built-renderer.ts'

const html = { accept: 'text/html,application/xhtml+xml' }

describe('the page of the console', () => {
  let appliance: TestAppliance
  beforeAll(async () => {
    await builtRenderer()
    appliance = await startTestAppliance()
  })
  afterAll(() => appliance.stop())

  const get = (path: string, headers: Record<string, string> = html) =>
    fetch(`${appliance.adminAddress}${path}`, { headers })

  it('comes under every path, with a content policy that has no unsafe rule and a nonce that is never the same', async () => {
    const nonces = new Set<string>()
    for (const path of ['/', '/backends', '/wizard/3', '/claim']) {
      const response = await get(path)
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('no-store')
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe')
      const nonce = /style-src 'self' 'nonce-([\w+/=]+)'/.exec(policy)?.[1] ?? ''
      const page = await response.text()
      expect(page).toContain(`<meta property="csp-nonce" nonce="${nonce}">`)
      expect(page).not.toContain('{{nonce}}')
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(4)
  })

  it('has no script or style of its own in its text', async () => {
    const page = await (await get('/')).text()
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/)
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/)
  })

  it('has files that a browser may keep for good, since their names change with their content', async () => {
    const page = await (await get('/')).text()
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(page) ?? []
    const response = await get(script, {})
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('javascript')
    expect(response.headers.get('cache-control')).toContain('immutable')
  })

  it('is not shown to programs, which get the welcome in plain text', async () => {
    const response = await get('/', { accept: '*/*' })
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(await response.text()).toContain('Signpost')
  })

  it('never stands in the place of an answer of the API or of a file', async () => {
    for (const path of ['/api/no-such-route', '/assets/no-such-file.js', '/assets/..%2fmanifest.json']) {
      const response = await get(path)
      expect(response.ok, path).toBe(false)
      expect(await response.text()).not.toContain('<html')
    }
  })

  it('and every other answer forbid framing, sniffing and referrers', async () => {
    for (const path of ['/', '/metrics', '/health', '/api/session', '/api/no-such-route']) {
      const { headers } = await get(path)
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    }
  })
})
