import { globSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAuthority } from './certificate-authority.ts'
import { run, startProcess, type RunningProcess } from './child-process.ts'
import { ldapModify } from './ldap-modify.ts'
import { loopbackAddress } from './loopback-address.ts'
import { eventually } from './poll.ts'
import { createTempDir } from './temp-dir.ts'

const PROGRAM = '/usr/sbin/samba'
/** Debian has all of it in packages of their own. */
const NEEDED = [
  PROGRAM,
  '/usr/bin/samba-tool',
  '/usr/share/samba/setup/provision.ldif',
  '/usr/lib/*/samba/ldb/samba_dsdb.so',
  '/usr/lib/*/samba/vfs/acl_xattr.so',
  '/usr/bin/ldapmodify',
]

/** For `describeWith`: why there is no Samba, or null. With `CI=true` its absence is an error where it could be there. */
export function sambaUnavailable(): string | null {
  // It takes LDAP's own ports, and gives files to other users.
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return 'it runs as root on Linux alone'
  if (NEEDED.every((pattern) => globSync(pattern).length > 0)) return null
  if (process.env.CI === 'true')
    throw new Error('Samba is not installed (apt-get install samba-ad-dc samba-ad-provision ldap-utils)')
  return 'it is not installed'
}

/** A domain controller of its own for the Active Directory domain `example.org`, SCHOOL by its old name. */
export interface SambaAd {
  /** Refuses logins without TLS, as Active Directory does by default; has STARTTLS. */
  readonly ldapUrl: string
  readonly ldapsUrl: string
  /** Authority of its certificate, which is for the IP address of the URLs. */
  readonly caFile: string
  /** Applies LDIF as the administrator: entries to add, or with `changetype`. */
  change(ldif: string): Promise<void>
  /** Runs `samba-tool` on its database; answers what it prints. */
  tool(...args: readonly string[]): Promise<string>
  stop(): Promise<void>
  start(): Promise<void>
}

export const sambaSuffix = 'DC=example,DC=org'
const administrator = 'administrator@example.org'
const password = 'Administrator of the tests, 1'

/** Makes a domain and starts its controller: a few seconds. Any password will do for its people. */
export async function startSambaAd(): Promise<SambaAd> {
  const dir = await createTempDir('samba')
  // The ports of LDAP are fixed.
  const address = loopbackAddress()
  const ldapUrl = `ldap://${address}`
  const ldapsUrl = `ldaps://${address}`
  const authority = await createAuthority(dir)
  const certificate = await authority.issue([address])
  const configFile = join(dir, 'smb.conf')
  const logFile = join(dir, 'samba.log')
  await mkdir(join(dir, 'state', 'sysvol'), { recursive: true })
  await writeFile(
    configFile,
    smbConf(dir, address, [
      'tls enabled = yes',
      `tls keyfile = ${certificate.keyFile}`,
      `tls certfile = ${certificate.certFile}`,
      `tls cafile = ${authority.caFile}`,
    ]),
  )
  const tool = async (...args: readonly string[]) =>
    (await run('samba-tool', [...args, `--configfile=${configFile}`])).stdout
  await tool(
    ...['domain', 'provision', '--server-role=dc', '--realm=EXAMPLE.ORG', '--domain=SCHOOL'],
    // With the partitions of DNS, which a domain controller points to in its answers; it serves no DNS.
    ...['--dns-backend=SAMBA_INTERNAL', '--host-name=dc1', `--host-ip=${address}`],
    `--adminpass=${password}`,
  )

  const { caFile } = authority
  const entrance = { url: ldapsUrl, bindDn: administrator, password, caFile }
  let running: RunningProcess | null = null
  async function start(): Promise<void> {
    const args = ['--foreground', '--no-process-group', '--model=single', `--configfile=${configFile}`]
    const started = await startProcess(PROGRAM, [...args, '--debug-stdout'], { logFile })
    running = started
    await eventually(() => started.exit() !== null || answers(ldapsUrl, caFile), {
      what: 'Samba to answer',
      timeoutMs: 30_000,
    })
    if (started.exit() !== null) throw new Error(`Samba ended: ${await readFile(logFile, 'utf8')}`)
  }
  await start()
  await ldapModify(anyPassword, entrance)

  return {
    ldapUrl,
    ldapsUrl,
    caFile,
    start,
    change: (ldif) => ldapModify(ldif, entrance),
    tool,
    stop: async () => running?.stop(),
  }
}

/** Everything that would else go into the directories of the system. */
const directories = {
  'private dir': 'private',
  'binddns dir': 'bind-dns',
  'state directory': 'state',
  'cache directory': 'cache',
  'lock directory': 'lock',
  'pid directory': 'pid',
  'ncalrpc dir': 'ncalrpc',
}

function smbConf(dir: string, address: string, tls: readonly string[]): string {
  const settings = [
    'netbios name = DC1',
    'realm = EXAMPLE.ORG',
    'workgroup = SCHOOL',
    'server role = active directory domain controller',
    'server services = ldap',
    `interfaces = ${address}/8`,
    'bind interfaces only = yes',
    ...Object.entries(directories).map(([setting, name]) => `${setting} = ${join(dir, name)}`),
    // Durability is not under test here.
    'ldb:nosync = true',
    ...tls,
  ]
  return [
    '[global]',
    ...settings.map((setting) => `\t${setting}`),
    // A domain controller has to have these shares.
    ...['[sysvol]', `\tpath = ${join(dir, 'state', 'sysvol')}`],
    ...['[netlogon]', `\tpath = ${join(dir, 'state', 'sysvol', 'example.org', 'scripts')}`],
    '',
  ].join('\n')
}

async function answers(url: string, caFile: string): Promise<boolean> {
  const search = ['-x', '-H', url, '-s', 'base', '-b', '', 'dsServiceName']
  await run('ldapsearch', search, { env: { ...process.env, LDAPTLS_CACERT: caFile } })
  return true
}

/** The domain's rules for passwords, attributes of its own entry: all off. */
const rules = [
  'pwdProperties',
  'minPwdLength',
  'minPwdAge',
  'maxPwdAge',
  'pwdHistoryLength',
  'lockoutThreshold',
]
const anyPassword = [
  `dn: ${sambaSuffix}`,
  'changetype: modify',
  ...rules.flatMap((rule) => [`replace: ${rule}`, `${rule}: 0`, '-']),
  '',
].join('\n')
