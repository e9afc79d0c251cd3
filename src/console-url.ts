import type { Config } from './config/schema.ts'

/** Base URL under which a browser opens the console; over HTTPS by a name, since certificates are for names. */
export function consoleUrl({ admin }: Pick<Config, 'admin'>, port: number | string): string {
  const { host } = admin.listen
  const name = admin.tls === 'off' ? host : (admin.hosts[0] ?? host)
  return `${admin.tls === 'off' ? 'http' : 'https'}://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`
}
