import { execFile } from 'node:child_process'
import { once } from 'node:events'

export interface LdapModifyOptions {
  readonly url: string
  readonly bindDn: string
  readonly password: string
  /** Authority of the server's certificate, for ldaps:// URLs. */
  readonly caFile?: string
}

/** Applies LDIF with the tool of OpenLDAP: entries to add, or with `changetype`. Rejects with what the tool says. */
export async function ldapModify(
  ldif: string,
  { url, bindDn, password, caFile }: LdapModifyOptions,
): Promise<void> {
  const child = execFile('ldapmodify', ['-a', '-x', '-H', url, '-D', bindDn, '-w', password], {
    env: { ...process.env, ...(caFile === undefined ? {} : { LDAPTLS_CACERT: caFile }) },
  })
  let output = ''
  child.stderr?.on('data', (text: string) => (output += text))
  // A tool that gives up does not read on; its output says why.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(ldif)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`ldapmodify: ${output}`)
}
