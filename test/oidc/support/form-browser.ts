/** A browser without scripts: cookies, redirects and forms. Nobody sees what it shows, but everything can be looked at. */
export interface FormBrowser {
  /** Follows redirects as long as they stay at the same origin. */
  open(url: URL | string, init?: RequestInit): Promise<Shown>
  /** Sends the form of a page; `fields` come in the place of what stands in it. */
  submit(
    page: Shown,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Shown>
  /** Every `Set-Cookie` that came. */
  readonly setCookies: readonly string[]
}

export interface Shown {
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Where the answer leads, when that is at another origin. */
  readonly leadsTo: URL | null
}

interface Cookie {
  readonly value: string
  readonly path: string
}

const MAX_REDIRECTS = 10

export function createFormBrowser(language = 'en'): FormBrowser {
  const cookies = new Map<string, Cookie>()
  const setCookies: string[] = []

  function keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      setCookies.push(line)
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/'
      if (/expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(`${path} ${name}`)
      else cookies.set(`${path} ${name}`, { value, path })
    }
  }

  const cookieHeader = (url: URL) =>
    [...cookies]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[1]}=${value}`)
      .join('; ')

  async function open(target: URL | string, init: RequestInit = {}): Promise<Shown> {
    let [url, request] = [new URL(target), init]
    for (let count = 0; count < MAX_REDIRECTS; count++) {
      const headers = {
        ...{ accept: 'text/html', 'accept-language': language, cookie: cookieHeader(url) },
        ...request.headers,
      }
      const response = await fetch(url, { ...request, headers, redirect: 'manual' })
      keep(response.headers)
      const location = response.headers.get('location')
      const next = location === null ? null : new URL(location, url)
      if (next === null || next.origin !== url.origin) {
        const text = await response.text()
        return { url, status: response.status, headers: response.headers, text, leadsTo: next }
      }
      await response.arrayBuffer()
      ;[url, request] = [next, {}]
    }
    throw new Error('too many redirects')
  }

  return {
    open,
    setCookies,
    submit(page, fields, headers = {}) {
      const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
      const there = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]))
      const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1]
      const target = action === undefined ? page.url : new URL(action, page.url)
      return open(target, { method: 'POST', body: new URLSearchParams({ ...there, ...fields }), headers })
    },
  }
}
