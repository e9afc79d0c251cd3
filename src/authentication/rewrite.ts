import type { Config } from '../config/schema.ts'
import { createPattern, type Pattern } from '../config/pattern.ts'
import { canonicalAddress, type ThreePid } from '../matrix/threepid.ts'

type Rules = Config['authentication']['rewrite']

/** The address that a user name stands for by the first rule that matches; null when none does. */
export type Rewrite = (user: string) => ThreePid | null

/** Applies the rules that hold at the moment; they are read again only when they are others. */
export function followRewrite(rules: () => Rules): Rewrite {
  let seen: Rules | null = null
  let read: readonly (Rules[number] & { readonly pattern: Pattern })[] = []
  return (user) => {
    const current = rules()
    if (current !== seen) {
      read = current.map((rule) => ({ ...rule, pattern: createPattern(rule.match) }))
      seen = current
    }
    for (const { pattern, medium, address } of read) {
      const groups = pattern.match(user)
      if (groups === null) continue
      const text = address.replaceAll(/\$(\d)/g, (_, group: string) => groups[Number(group)] ?? '')
      const canonical = canonicalAddress(medium, text)
      return canonical === null ? null : { medium, address: canonical }
    }
    return null
  }
}
