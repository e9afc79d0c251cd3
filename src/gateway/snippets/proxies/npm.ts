import { siteRemarks, type ProxySite } from '../site.ts'
import { comment, flat, type Snippet } from '../snippet.ts'
import { signpostLocations } from './nginx.ts'

/** What to enter into Nginx Proxy Manager, field by field, and the block for its tab "Advanced". */
export function renderNginxProxyManager(site: ProxySite): Snippet {
  const { host, homeserver, signpost } = site
  const forward = homeserver ?? signpost
  const remarks = [
    ...siteRemarks(site),
    'Nginx Proxy Manager in a container has a loopback of its own: give it addresses of the machine or names of containers instead of 127.0.0.1 (--upstream URL, --homeserver URL).',
  ]
  const fields: readonly (readonly [string, string])[] = [
    ['Domain Names', host],
    ['Scheme', forward.tls ? 'https' : 'http'],
    ['Forward Hostname / IP', forward.host],
    ['Forward Port', String(forward.port)],
    ['Cache Assets', 'off'],
    // Its rules refuse query strings that have a URL in them, such as next_link.
    ['Block Common Exploits', 'off (it refuses links that validation mails need)'],
    ['Websockets Support', 'on'],
    ['Access List', 'Publicly Accessible'],
    ['SSL: SSL Certificate', `the certificate of ${host}, or a new one`],
    ['SSL: Force SSL', 'on'],
    ['SSL: HTTP/2 Support', 'on'],
  ]
  const width = Math.max(...fields.map(([name]) => name.length))
  const lines = [
    ...comment('#', remarks),
    '#',
    '# Hosts, Proxy Hosts, Add Proxy Host:',
    ...fields.map(([name, value]) => `#   ${name.padEnd(width)}   ${value}`),
    '#',
    '# Advanced, Custom Nginx Configuration: everything from here on. It is not meant for "Custom locations", which know',
    '# no regular expressions.',
    '',
    // It has a location for ACME of its own, and nginx takes no second one.
    ...flat(signpostLocations({ ...site, features: { ...site.features, acmeChallenge: false } })),
  ]
  const text = `${lines.join('\n').trimEnd()}\n`
  return { text, remarks, place: 'Nginx Proxy Manager, Hosts, Proxy Hosts' }
}
