/**
 * The languages to try, best first, among those that have templates: each wanted one with its shorter forms
 * (`de-AT`, `de`), the configured one, English.
 *
 * @param wanted a language tag, an `Accept-Language` header (RFC 9110, 12.5.4), or `null`
 */
export function languageChain(
  wanted: string | null,
  configured: string,
  available: ReadonlySet<string>,
): readonly string[] {
  const byLowerCase = new Map([...available].map((name) => [name.toLowerCase().replace('_', '-'), name]))
  const chain = [...acceptedLanguages(wanted ?? ''), configured, 'en']
    .flatMap(withShorterForms)
    .flatMap((tag) => byLowerCase.get(tag.toLowerCase()) ?? [])
  return [...new Set(chain)]
}

/** Tags by falling weight; `*` and `q=0` say nothing about what to choose. */
function acceptedLanguages(header: string): string[] {
  return header
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(/\s*;\s*/)
      const weight = parameters
        .map((parameter) => /^q=([\d.]+)$/i.exec(parameter)?.[1])
        .find((found) => found !== undefined)
      return { tag, weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ tag, weight }) => /^[a-z]{2,8}([-_][a-z0-9]{1,8})*$/i.test(tag) && weight > 0)
    .sort((left, right) => right.weight - left.weight)
    .map(({ tag }) => tag.replaceAll('_', '-'))
}

function withShorterForms(tag: string): string[] {
  const parts = tag.split('-')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
}
