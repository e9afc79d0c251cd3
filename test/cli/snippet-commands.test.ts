import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { runProxyCommand } from '../../src/cli/proxy-command.ts'
import { runSnippetCommand } from '../../src/cli/snippet-command.ts'
import { createTempDir } from '../support/temp-dir.ts'

const usual = `
matrix: { domain: example.org, homeserverUrl: http://127.0.0.1:8008 }
server: { publicUrl: https://matrix.example.org }
# Nobody answers there, so that no test asks DNS of the world.
network: { dnsServers: ['127.0.0.1:9'] }
`

async function run(
  line: string,
  { config = usual, json = false, files = {} as Record<string, string> } = {},
) {
  const dataDir = await createTempDir()
  if (config !== '') await writeFile(join(dataDir, 'signpost.yaml'), config)
  for (const [name, text] of Object.entries(files)) await writeFile(join(dataDir, name), text)
  const out: string[] = []
  const err: string[] = []
  const io = {
    ...{ dataDir, json },
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
  }
  const [command, ...args] = line.replaceAll('DIR', dataDir).split(' ')
  const code = await (command === 'proxy' ? runProxyCommand : runSnippetCommand)(args, io)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('signpost proxy', () => {
  test.each(['nginx', 'apache', 'caddy', 'haproxy', 'traefik', 'npm'])(
    'prints the site for %s',
    async (kind) => {
      const { code, out, err } = await run(`proxy ${kind}`)
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toContain('matrix.example.org')
      expect(out).toContain('127.0.0.1:8090')
      expect(out).toMatch(/^# /)
    },
  )

  test('takes what the proxy sees differently', async () => {
    const { out } = await run(
      'proxy nginx --server-name ID.example.org --homeserver http://synapse:8008 --upstream https://signpost:8443 --max-upload 200 --feature directory --feature profile',
    )
    expect(out).toContain('server_name id.example.org;')
    expect(out).toContain('proxy_pass http://synapse:8008;')
    expect(out).toContain('proxy_pass https://signpost:8443;')
    expect(out).toContain('client_max_body_size 200m;')
    expect(out).toContain('user_directory/search')
    expect(out).toContain('profile/')
  })

  test('leaves the homeserver out, or writes the documents of the Matrix domain', async () => {
    expect((await run('proxy caddy --homeserver none')).out).not.toContain('8008')
    const { out } = await run('proxy nginx --well-known proxy')
    expect(out).toContain('"m.identity_server":{"base_url":"https://matrix.example.org"}')
    expect((await run('proxy nginx --well-known homeserver')).out).toContain('well-known/matrix')
  })

  test('answers in JSON for scripts', async () => {
    const { out } = await run('proxy apache', { json: true })
    expect(JSON.parse(out)).toMatchObject({
      kind: 'apache',
      place: '/etc/apache2/sites-available/matrix.example.org.conf',
      remarks: expect.arrayContaining([expect.stringContaining('a2enmod')]),
      text: expect.stringContaining('<VirtualHost *:443>'),
    })
  })

  test('says what is missing before anything is configured', async () => {
    const failed = run('proxy nginx', { config: '' })
    await expect(failed).rejects.toMatchObject({ code: 'snippet-impossible' })
    const { out } = await run('proxy nginx --server-name matrix.example.org', { config: '' })
    expect(out).toContain('listen 443 ssl;')
  })

  test.each([
    ['proxy', '"proxy" needs one of nginx'],
    ['proxy nginks', 'Did you mean "nginx"?'],
    ['proxy nginx --feature dirctory', 'There is no feature "dirctory"'],
    ['proxy nginx --homeserver 8008', '--homeserver takes a URL'],
    ['proxy nginx --upstream http://a/b', '--upstream takes a URL without a path'],
    ['proxy nginx --server-name https://a', '--server-name takes a host name'],
    ['proxy nginx --max-upload big', '--max-upload takes a number'],
    ['proxy nginx --well-known me', '--well-known takes homeserver, proxy, nobody'],
    ['proxy nginx --homeserver none --well-known homeserver', 'Without a homeserver'],
    ['proxy nginx --colour', "'--colour'"],
  ])('explains itself after %s', async (line, message) => {
    const { code, out, err } = await run(line)
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(err).toContain(message)
    expect(err).toContain('Usage: signpost proxy')
  })
})

describe('signpost snippet', () => {
  test('prints the lines for Synapse, with the addresses that it is given', async () => {
    const { code, out } = await run(
      'snippet synapse --address 192.168.1.5 --client-url https://hs.example.org/',
    )
    expect(code).toBe(0)
    expect(parse(out)).toEqual({
      public_baseurl: 'https://hs.example.org/',
      default_identity_server: 'https://matrix.example.org',
      ip_range_whitelist: ['192.168.1.5'],
    })
  })

  test('does without the address when DNS does not answer', async () => {
    const { code, out } = await run('snippet synapse')
    expect(code).toBe(0)
    expect(out).toContain('# ip_range_whitelist')
  })

  test('looks the address up', async () => {
    const config = usual.replaceAll('matrix.example.org', '127.0.0.1')
    expect(parse((await run('snippet synapse', { config })).out)).toMatchObject({
      ip_range_whitelist: ['127.0.0.1'],
    })
  })

  test.each(['dendrite', 'conduit', 'mas', 'dns'])('prints the lines for %s', async (kind) => {
    const { code, out, err } = await run(`snippet ${kind} --feature oidc`)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('matrix.example.org')
  })

  test('prints the documents of the Matrix domain as JSON alone, and what to know on standard error', async () => {
    const client = await run('snippet well-known')
    expect(JSON.parse(client.out)).toMatchObject({
      'm.identity_server': { base_url: 'https://matrix.example.org' },
    })
    expect(client.err).toContain('https://example.org/.well-known/matrix/client')
    const server = await run('snippet well-known server --client-url https://hs.example.org:8448')
    expect(JSON.parse(server.out)).toEqual({ 'm.server': 'hs.example.org:8448' })
    const json = await run('snippet well-known', { json: true })
    expect(json.err).toBe('')
    expect(JSON.parse(json.out)).toHaveProperty('remarks')
  })

  test('merges the document that is served today', async () => {
    const files = { 'client.json': '{"m.homeserver": {"base_url": "https://hs.example.org"}, "org.x": 1}' }
    const { out } = await run('snippet well-known --merge DIR/client.json', { files })
    expect(JSON.parse(out)).toEqual({
      'm.homeserver': { base_url: 'https://hs.example.org' },
      'org.x': 1,
      'm.identity_server': { base_url: 'https://matrix.example.org' },
    })
    const none = run('snippet well-known --merge DIR/none.json')
    await expect(none).rejects.toMatchObject({ code: 'input-unreadable' })
    const html = await run('snippet well-known --merge DIR/a', { files: { a: '<html>' } })
    expect(html).toMatchObject({ code: 64, err: expect.stringContaining('holds no JSON object') })
  })

  test.each([
    ['snippet', '"snippet" needs one of synapse'],
    ['snippet synaps', 'Did you mean "synapse"?'],
    ['snippet synapse more', 'takes no further word'],
    ['snippet synapse --merge a', '--merge is for'],
    ['snippet synapse --address here', '"here" is none'],
    ['snippet well-known clients', 'takes client or server'],
  ])('explains itself after %s', async (line, message) => {
    const { code, out, err } = await run(line)
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(err).toContain(message)
    expect(err).toContain('Usage: signpost snippet')
  })
})
