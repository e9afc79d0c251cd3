import type { Config } from './config/schema.ts'

export interface WelcomeFacts {
  readonly config: Config
  readonly publicUrl: string
  readonly dataDir: string
  readonly version: string
  /** The link that works once and makes the administrator; absent or null once there is one. */
  readonly claim?: string | null
}

/** One screen: what runs where, and how to go on. Printed at a start on a terminal and shown by the admin listener. */
export function welcomeText({ config, publicUrl, dataDir, version, claim = null }: WelcomeFacts): string {
  const { server, admin, matrix, notifications } = config
  const unconfigured = matrix.domain === 'localhost'
  const mail = {
    log: `kept in ${dataDir}/mail, nothing is sent yet`,
    none: 'switched off',
    smtp: `sent through ${notifications.email.smtp.host}`,
    sendgrid: 'sent through SendGrid',
  }[notifications.email.transport]
  const lines = [
    `Signpost ${version}, an identity server for Matrix, is running.`,
    '',
    `  Clients and homeservers   ${at(server.listen, server.tls.mode !== 'proxy')}   (known outside as ${publicUrl})`,
    `  Console                   ${at(admin.listen, admin.tls !== 'off')}${admin.tls === 'off' ? '   (this machine only)' : ''}`,
    `  Matrix domain             ${matrix.domain}`,
    `  Mail                      ${mail}`,
    `  Data and settings         ${dataDir}`,
    '',
    ...(claim === null ? [] : claimSteps(claim)),
    ...(unconfigured ? firstSteps(dataDir) : nextSteps()),
    '',
    'Stop with Ctrl+C. Nothing is lost: what was on its way is delivered after the next start.',
  ]
  return `${lines.join('\n')}\n`
}

function at({ host, port }: { readonly host: string; readonly port: number }, tls = false): string {
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function claimSteps(link: string): string[] {
  return [
    'Open this link on this machine. It works once, and makes you the administrator:',
    '',
    `  ${link}`,
    '',
    'On another machine, bring the console there first:  ssh -L 8091:127.0.0.1:8091 HOST',
    '',
  ]
}

const inCheckout = '(In a checkout, write "npm start --" in the place of "signpost".)'

function firstSteps(dataDir: string): string[] {
  return [
    'This is a start without a configuration. The console leads through setting it up. By hand:',
    '',
    `  1. Write ${dataDir}/signpost.yaml with at least`,
    '       matrix:',
    '         domain: example.org        # the part of your Matrix IDs behind the colon',
    '     and check it with:  signpost config check',
    '     (docs/signpost.example.yaml shows every section, docs/reference/configuration.md every key)',
    '  2. Let your reverse proxy pass /_matrix/identity to the address above.',
    '  3. Start again. To see a whole story first:  signpost demo',
    inCheckout,
  ]
}

function nextSteps(): string[] {
  return [
    'Useful commands:',
    '  signpost config check             is the configuration fine?',
    '  signpost lookup email a@b.org     who does this address belong to?',
    '  signpost list import people.csv   addresses of your people, from a table',
    '  signpost admin link               a link that opens the console, once',
    inCheckout,
  ]
}
