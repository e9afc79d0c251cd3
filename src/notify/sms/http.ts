import type { Config } from '../../config/schema.ts'
import { reachService, refusedByService } from '../http-answer.ts'
import { fillBody, fillUrl } from './placeholders.ts'
import {
  assertNumber,
  smsMisconfigured,
  smsTimeoutMs,
  type SmsGatewayDeps,
  type SmsTransport,
} from './transport.ts'

type HttpSmsConfig = Config['notifications']['sms']['http']

/** Text messages through any gateway that takes one HTTP request. */
export function createHttpSmsTransport(config: HttpSmsConfig, deps: SmsGatewayDeps): SmsTransport {
  const accepted = successTest(config.success)
  return {
    async send({ to, text }) {
      assertNumber(to)
      const values = { to, text, from: config.from }
      const hasBody = config.body !== null && config.method !== 'GET'
      const headers = await readHeaders(config, deps)
      const request = {
        method: config.method,
        url: checkedUrl(config.url, fillUrl(config.url, values)),
        headers: hasBody ? { ...headers, 'content-type': config.contentType } : headers,
        trust: 'operator' as const,
        timeoutMs: smsTimeoutMs,
        ...(hasBody && config.body !== null ? { body: filledBody(config.body, config, values) } : {}),
      }
      const response = await reachService('The SMS gateway', () => deps.http.request(request))
      if (!accepted(response.status)) throw refusedByService('The SMS gateway', response, '')
    },
  }
}

/** The values must not be able to choose the host: the template has to name it. */
function checkedUrl(template: string, url: string): string {
  if (URL.canParse(url) && /^https?:\/\/[^{}/]+(\/|\?|$)/.test(template)) return url
  throw smsMisconfigured(
    'notifications.sms.http.url has to be a whole URL, such as https://sms.example.org/send.',
  )
}

function filledBody(template: string, config: HttpSmsConfig, values: Parameters<typeof fillBody>[2]): string {
  try {
    return fillBody(template, config.contentType, values)
  } catch (cause) {
    throw smsMisconfigured(
      'notifications.sms.http.body is not valid JSON. Put placeholders inside quotes.',
      cause,
    )
  }
}

async function readHeaders(config: HttpSmsConfig, deps: SmsGatewayDeps): Promise<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [name, source] of Object.entries(config.headers)) {
    try {
      headers[name.toLowerCase()] = await deps.readSecret(source)
    } catch (cause) {
      throw smsMisconfigured(`The secret in notifications.sms.http.headers.${name} cannot be read.`, cause)
    }
  }
  return headers
}

/** `2xx`, `200,202` or a mixture, as a test of a status. */
function successTest(setting: string): (status: number) => boolean {
  const patterns = setting
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((part) => /^[1-5][0-9x]{2}$/.test(part))
    .map((part) => new RegExp(`^${part.replaceAll('x', '\\d')}$`))
  return (status) => patterns.some((pattern) => pattern.test(String(status)))
}
